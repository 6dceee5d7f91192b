//! What may be asked here, as the pages show it: in the search box, and in the forms and calls of `/docs`.

use super::server::Server;

const FAQ: &str = "\
## 怎么申请退款？

在订单页点击“申请退款”。

## 收货人的姓名、地址和电话在发货之后能不能改，怎么改？ {#long}

发货前可以。
";

#[tokio::test(flavor = "multi_thread")]
async fn it_is_the_knowledge_bases_own_question() {
    let server = Server::reading(FAQ).await;
    for path in ["/", "/?q=%E9%80%80", "/entries", "/?lang=en"] {
        let html = server.get(path).await.text;
        let label = if path.ends_with("en") {
            "For example: "
        } else {
            "例如："
        };
        let placeholder = format!(" placeholder=\"{label}怎么申请退款？\"");
        assert!(html.contains(&placeholder), "{path} {html}");
    }
    let html = server.get("/docs").await.text;
    assert!(
        html.contains(r#"name="q" value="怎么申请退款？""#),
        "{html}"
    );
    assert!(html.contains(r#"name="q" value="怎么""#), "{html}");
    assert!(html.contains("q=怎么申请退款？"), "{html}");
    for shipped in ["value=\"备案", "q=备案", "<code>备案"] {
        assert!(!html.contains(shipped), "{shipped} {html}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owners_first_choice_goes_first_and_a_long_one_is_cut() {
    let chosen = format!("---\nwelcome: ['#long']\n---\n{FAQ}");
    let html = Server::reading(&chosen).await.get("/").await.text;
    let placeholder = "placeholder=\"例如：收货人的姓名、地址和电话在发货之后能不能改，怎么…\"";
    assert!(html.contains(placeholder), "{html}");
}

#[tokio::test(flavor = "multi_thread")]
async fn before_an_index_is_ready_there_is_none() {
    let server = Server::starting().await;
    let html = server.get("/docs").await.text;
    assert!(html.contains("name=\"q\" value=\"\""), "{html}");
    let request = server
        .client
        .get(server.url("/"))
        .header("accept", "text/html");
    let html = server.send(request).await.text;
    assert!(
        html.contains("name=\"q\"") && !html.contains("placeholder"),
        "{html}"
    );
}
