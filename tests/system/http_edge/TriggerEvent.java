import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** Posts a body to each URL with one default client, which offers HTTP/2 by an upgrade, and prints the responses. */
public class TriggerEvent {
    public static void main(String[] arguments) throws Exception {
        String token = arguments[0];
        String body = arguments[1];
        HttpClient client = HttpClient.newHttpClient();
        for (int index = 2; index < arguments.length; index++) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(arguments[index]))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
            HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
            System.out.println(response.statusCode() + " " + response.version() + " " + response.body());
        }
    }
}
