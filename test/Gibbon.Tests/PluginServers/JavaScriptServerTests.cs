using System.Net;
using Gibbon.Testing;

namespace Gibbon.Tests.PluginServers;

/// <summary>Kong's own plugin server for JavaScript (the package kong-pdk), which test.sh installs.</summary>
public sealed class JavaScriptServerTests
{
    [Fact]
    public async Task Kongs_own_plugin_server_for_JavaScript_works()
    {
        string folder = Path.Combine(ServedScene.Files, "javascript");
        string program = Path.Combine(folder, "node_modules", ".bin", "kong-js-pluginserver");
        Assert.True(File.Exists(program), $"kong-pdk is not installed; run: npm ci --prefix {folder}");
        string sockets = Directory.CreateTempSubdirectory("served-").FullName;
        Dictionary<string, string> settings = new()
        {
            ["plugins"] = "bundled,greeter",
            ["pluginserver_names"] = "js",
            ["pluginserver_js_socket"] = $"{sockets}/js.sock",
            ["pluginserver_js_start_cmd"] = $"'{program}' --plugins-directory '{folder}/plugins' --kong-prefix '{sockets}' --sock-name js.sock -v",
            ["pluginserver_js_query_cmd"] = $"'{program}' --plugins-directory '{folder}/plugins' --dump-all-plugins",
        };
        await using FakeUpstream upstream = FakeUpstream.Start();
        try
        {
            await using TestGateway gateway = await TestGateway.StartAsync(
                $$"""
                _format_version: "3.0"
                services:
                - name: things
                  url: {{upstream.Url}}
                  routes:
                  - name: all
                    paths: [/]
                    plugins:
                    - name: greeter
                      config: {greeting: Hallo}
                """,
                settings,
                cancellation: TestContext.Current.CancellationToken);

            // It listens a while after it was started.
            await Dns.Wait.UntilAsync(() => File.Exists($"{sockets}/js.sock"));
            using HttpResponseMessage refused = await gateway.Client.GetAsync("/", TestContext.Current.CancellationToken);
            string refusal = await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.True(refused.StatusCode == HttpStatusCode.BadRequest, $"{refusal}\n{gateway.ErrorLog}");
            Assert.Equal("""{"message":"who are you?"}""", refusal);
            Assert.Equal("javascript", refused.Headers.GetValues("x-from").Single());

            for (int i = 0; i < 20; i++)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, "/a?colour=red&colour=blue");
                request.Headers.Add("X-Name", $"Anna {i}");
                using HttpResponseMessage answer = await gateway.Client.SendAsync(request, TestContext.Current.CancellationToken);
                Assert.True(answer.StatusCode == HttpStatusCode.OK, gateway.ErrorLog);
                Assert.Equal($"Hallo, Anna {i}", answer.Headers.GetValues("x-greeting").Single());
                Assert.Equal("200", answer.Headers.GetValues("x-service-status").Single());
            }

            ReceivedRequest received = upstream.Requests.First();
            Assert.Equal("all", received.Header("x-route"));
            Assert.Equal("red+blue", received.Header("x-colours"));
            await Dns.Wait.UntilAsync(() => gateway.ErrorLog.Contains("greeter saw 200", StringComparison.Ordinal));
        }
        finally
        {
            Directory.Delete(sockets, recursive: true);
        }
    }
}
