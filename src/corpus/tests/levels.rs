//! Which headings are questions when headings have headings below them, one table each way.

use super::check;

#[test]
fn a_heading_among_questions_owns_its_sections() {
    check(&[
        (
            "one without a text of its own",
            "### 甲？\n一\n### 卡丢了\n#### 找得到\n二\n#### 找不到\n三\n### 乙？\n四",
            "产品 > 甲？ = 一\n产品 > 卡丢了 = 找得到 ⏎ 二 ⏎ 找不到 ⏎ 三\n产品 > 乙？ = 四",
        ),
        (
            "one with a text of its own",
            "### 甲？\n一\n### 资料填错了\n请等结果：\n#### 被驳回\n二\n#### 通过了\n三\n### 乙？\n四",
            "产品 > 甲？ = 一\n产品 > 资料填错了 = 请等结果： ⏎ 被驳回 ⏎ 二 ⏎ 通过了 ⏎ 三\n产品 > 乙？ = 四",
        ),
        (
            "where a few of them ask",
            "## 实名\n### 能代办吗\n一\n### 过户\n#### 本人\n二\n#### 公司\n三\n### 销户\n四\n### 补卡\n五",
            "产品 / 实名 > 能代办吗 = 一\n产品 / 实名 > 过户 = 本人 ⏎ 二 ⏎ 公司 ⏎ 三\n产品 / 实名 > 销户 = 四\n产品 / 实名 > 补卡 = 五",
        ),
        (
            "where none of them asks",
            "### 新装\n一\n### 移机\n#### 同城\n二\n#### 跨城\n三\n### 拆机\n四\n### 提速\n五\n### 暂停\n六\n### 过户\n七",
            "产品 > 新装 = 一\n产品 > 移机 = 同城 ⏎ 二 ⏎ 跨城 ⏎ 三\n产品 > 拆机 = 四\n产品 > 提速 = 五\n产品 > 暂停 = 六\n产品 > 过户 = 七",
        ),
        (
            "what is required, and the remedy",
            "### 说明书\n一\n### 域名驳回\n#### 核验要求\n二\n#### 处理办法\n##### 不一致\n三\n##### 未批复\n四\n\
             ### 跨省驳回\n#### 管局要求\n五\n#### 处理办法\n##### 不相符\n六",
            "产品 > 说明书 = 一\n产品 > 域名驳回 = 核验要求 ⏎ 二 ⏎ 处理办法 ⏎ 不一致 ⏎ 三 ⏎ 未批复 ⏎ 四\n\
             产品 > 跨省驳回 = 管局要求 ⏎ 五 ⏎ 处理办法 ⏎ 不相符 ⏎ 六",
        ),
        (
            "below a category that stands on the level of the questions",
            "### 甲？\n一\n### 乙？\n二\n### 计费相关\n#### 丙？\n三\n#### 退款\n##### 全额\n四\n##### 部分\n五\n#### 丁？\n六",
            "产品 > 甲？ = 一\n产品 > 乙？ = 二\n产品 / 计费相关 > 丙？ = 三\n\
             产品 / 计费相关 > 退款 = 全额 ⏎ 四 ⏎ 部分 ⏎ 五\n产品 / 计费相关 > 丁？ = 六",
        ),
    ]);
}

#[test]
fn a_title_stays_a_category() {
    check(&[
        (
            "among questions, where the headings below ask",
            "### 甲？\n一\n### 乙？\n二\n### 计费相关\n#### 丙？\n三\n#### 怎么退款\n四\n#### 规则\n五",
            "产品 > 甲？ = 一\n产品 > 乙？ = 二\n产品 / 计费相关 > 丙？ = 三\n产品 / 计费相关 > 怎么退款 = 四\n产品 / 计费相关 > 规则 = 五",
        ),
        (
            "among titles, though it sounds like a question",
            "## 下单\n### 甲？\n一\n## 能寄什么\n### 乙？\n二\n### 电池\n三\n### 液体\n四\n## 运费\n### 丙？\n五",
            "产品 / 下单 > 甲？ = 一\n产品 / 能寄什么 > 乙？ = 二\n产品 / 能寄什么 > 电池 = 三\n产品 / 能寄什么 > 液体 = 四\n产品 / 运费 > 丙？ = 五",
        ),
        (
            "where its siblings are titles and the headings below hold the text",
            "## 上网\n### 甲\n一\n### 乙\n二\n## 通话\n### 丙\n三\n### 丁\n四",
            "产品 / 上网 > 甲 = 一\n产品 / 上网 > 乙 = 二\n产品 / 通话 > 丙 = 三\n产品 / 通话 > 丁 = 四",
        ),
        (
            "where it is as likely that the questions stand below",
            "## 详细信息\n### 甲\n一\n### 乙\n二\n### 丙\n三\n## 手动\n四\n## 如何减少\n五",
            "产品 / 详细信息 > 甲 = 一\n产品 / 详细信息 > 乙 = 二\n产品 / 详细信息 > 丙 = 三\n产品 > 手动 = 四\n产品 > 如何减少 = 五",
        ),
        (
            "among questions, with questions of another shape in its sections",
            "### 甲？\n一\n### 乙？\n二\n### 其他\n#### 退款\n**丙？**\n\n三\n\n**丁？**\n\n四\n#### 发票\n五",
            "产品 > 甲？ = 一\n产品 > 乙？ = 二\n产品 / 其他 / 退款 > 丙？ = 三\n产品 / 其他 / 退款 > 丁？ = 四\n产品 / 其他 > 发票 = 五",
        ),
        (
            "of the whole file, with one section that explains",
            "# 备案\n## 原因\n一\n## 期限\n二",
            "产品 / 备案 > 原因 = 一\n产品 / 备案 > 期限 = 二",
        ),
    ]);
}

#[test]
fn a_question_above_others_keeps_what_belongs_to_it() {
    check(&[
        (
            "with a text of its own",
            "## 下单\n### 甲？\n一\n## 能寄什么\n除了这些都能：\n### 乙？\n二\n### 电池\n三\n### 液体\n四\n## 运费\n### 丙？\n五",
            "产品 / 下单 > 甲？ = 一\n产品 > 能寄什么 = 除了这些都能： ⏎ 乙？ ⏎ 二 ⏎ 电池 ⏎ 三 ⏎ 液体 ⏎ 四\n产品 / 运费 > 丙？ = 五",
        ),
        (
            "with sections of which none asks",
            "## 下单\n### 甲？\n一\n### 乙？\n二\n## 怎么付\n### 手机\n三\n### 电脑\n四",
            "产品 / 下单 > 甲？ = 一\n产品 / 下单 > 乙？ = 二\n产品 > 怎么付 = 手机 ⏎ 三 ⏎ 电脑 ⏎ 四",
        ),
    ]);
}
