import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import org.apache.jena.query.Dataset;
import org.apache.jena.query.Query;
import org.apache.jena.query.QueryExecution;
import org.apache.jena.query.QueryExecutionFactory;
import org.apache.jena.query.QueryFactory;
import org.apache.jena.query.ReadWrite;
import org.apache.jena.query.ResultSetFormatter;
import org.apache.jena.query.Syntax;
import org.apache.jena.tdb2.TDB2Factory;
import org.apache.jena.update.UpdateAction;

/** Speaks as much of the SPARQL protocol for Jena TDB2 as a client needs; Debian has Jena, but not its server. */
public class JenaServer {
    public static void main(String[] words) throws Exception {
        Dataset dataset = TDB2Factory.createDataset();
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", Integer.parseInt(words[0])), 0);
        server.setExecutor(Executors.newFixedThreadPool(2));
        server.createContext("/", exchange -> answer(dataset, exchange));
        server.start();
    }

    static void answer(Dataset dataset, HttpExchange exchange) throws IOException {
        int status = 200;
        byte[] body;
        try {
            Map<String, List<String>> given = read(exchange);
            if (given.containsKey("update")) {
                body = update(dataset, given.get("update").get(0));
            } else {
                exchange.getResponseHeaders().set("Content-Type", "application/sparql-results+json");
                body = query(dataset, given, exchange);
            }
        } catch (Exception flaw) {
            status = 400;
            body = String.valueOf(flaw.getMessage()).getBytes(StandardCharsets.UTF_8);
        }
        exchange.getResponseHeaders().set("Server", "Jena/TDB2");
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    static Map<String, List<String>> read(HttpExchange exchange) throws IOException {
        String text = exchange.getRequestMethod().equals("POST")
            ? new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)
            : String.valueOf(exchange.getRequestURI().getRawQuery());
        Map<String, List<String>> given = new TreeMap<>();
        for (String pair : text.split("&")) {
            int at = pair.indexOf('=');
            String name = URLDecoder.decode(pair.substring(0, Math.max(at, 0)), StandardCharsets.UTF_8);
            given.computeIfAbsent(name, key -> new ArrayList<>())
                .add(URLDecoder.decode(pair.substring(at + 1), StandardCharsets.UTF_8));
        }
        return given;
    }

    static byte[] update(Dataset dataset, String text) {
        dataset.begin(ReadWrite.WRITE);
        try {
            UpdateAction.parseExecute(text, dataset);
            dataset.commit();
        } finally {
            dataset.end();
        }
        return new byte[0];
    }

    static byte[] query(Dataset dataset, Map<String, List<String>> given, HttpExchange exchange) {
        Query query = QueryFactory.create(given.get("query").get(0), Syntax.syntaxSPARQL_11);
        given.getOrDefault("default-graph-uri", List.of()).forEach(query::addGraphURI);
        given.getOrDefault("named-graph-uri", List.of()).forEach(query::addNamedGraphURI);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        dataset.begin(ReadWrite.READ);
        try (QueryExecution execution = QueryExecutionFactory.create(query, dataset)) {
            if (query.isSelectType()) {
                ResultSetFormatter.outputAsJSON(out, execution.execSelect());
            } else if (query.isAskType()) {
                ResultSetFormatter.outputAsJSON(out, execution.execAsk());
            } else {
                exchange.getResponseHeaders().set("Content-Type", "application/n-triples");
                execution.execConstruct().write(out, "N-TRIPLES");
            }
        } finally {
            dataset.end();
        }
        return out.toByteArray();
    }
}
