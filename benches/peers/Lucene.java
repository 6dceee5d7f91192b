// Lucene's time for each query, in nanoseconds, a line each: Lucene DOCS QUERIES ROUNDS.

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.util.CharTokenizer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.ByteBuffersDirectory;

public class Lucene {
    /** Rounds before time is taken: the compiler has to have seen the code. */
    private static final int WARM_UP = 30;

    public static void main(String[] arguments) throws Exception {
        // Terms come ready-made, with blanks between.
        Analyzer blanks = new Analyzer() {
            @Override
            protected TokenStreamComponents createComponents(String field) {
                Tokenizer tokenizer = CharTokenizer.fromSeparatorCharPredicate(c -> c == ' ');
                return new TokenStreamComponents(tokenizer);
            }
        };
        ByteBuffersDirectory directory = new ByteBuffersDirectory();
        try (IndexWriter writer = new IndexWriter(directory, new IndexWriterConfig(blanks))) {
            for (String line : Files.readAllLines(Path.of(arguments[0]))) {
                String[] fields = line.split("\t", -1);
                Document document = new Document();
                document.add(new TextField("question", fields[0], Field.Store.NO));
                document.add(new TextField("all", fields[1], Field.Store.NO));
                writer.addDocument(document);
            }
            writer.forceMerge(1);
        }
        IndexSearcher searcher = new IndexSearcher(DirectoryReader.open(directory));
        List<String> queries = Files.readAllLines(Path.of(arguments[1]));
        int rounds = Integer.parseInt(arguments[2]);
        long[][] times = new long[queries.size()][rounds];
        for (int round = -WARM_UP; round < rounds; round++) {
            for (int at = 0; at < queries.size(); at++) {
                long begin = System.nanoTime();
                BooleanQuery.Builder query = new BooleanQuery.Builder();
                for (String term : new TreeSet<>(Arrays.asList(queries.get(at).split(" ")))) {
                    query.add(new TermQuery(new Term("question", term)), Occur.SHOULD);
                    query.add(new TermQuery(new Term("all", term)), Occur.SHOULD);
                }
                searcher.search(query.build(), 10);
                if (round >= 0) {
                    times[at][round] = System.nanoTime() - begin;
                }
            }
        }
        for (long[] taken : times) {
            Arrays.sort(taken);
            System.out.println(taken[rounds / 2]);
        }
    }
}
