using System.Collections.Immutable;
using System.Net.Http;
using System.Text;
using Gibbon.Pdk;
using Gibbon.Testing;

namespace Gibbon.Tests.Observability;

/// <summary>Each API says in a log of its own what goes wrong: <c>admin_error_log</c> and <c>status_error_log</c>.</summary>
public sealed class ApiErrorLogTests
{
    [Fact]
    public async Task Each_API_has_its_own_log()
    {
        await using TestGateway gateway = await StartAsync(("admin_error_log", "logs/admin_error.log"));

        await FailAsync(gateway);

        Assert.Contains("[error]", await LineAsync(gateway, "admin_error.log", "GET /broken failed"), StringComparison.Ordinal);
        Assert.Contains("[error]", await LineAsync(gateway, "status_error.log", "GET /broken failed"), StringComparison.Ordinal);
        Assert.DoesNotContain("/broken", gateway.ErrorLog, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_endpoints_of_plugins_write_is_in_the_log_of_their_API()
    {
        await using TestGateway gateway = await StartAsync(("admin_error_log", "logs/admin_error.log"));

        using HttpResponseMessage admin = await gateway.Admin.GetAsync("/told/secret");
        using HttpClient client = new();
        using HttpResponseMessage status = await client.GetAsync($"http://127.0.0.1:{gateway.StatusPort}/told/secret");
        Assert.Equal((200, 200), ((int)admin.StatusCode, (int)status.StatusCode));

        string line = await LineAsync(gateway, "admin_error.log", "asked at the Admin API");
        Assert.Contains("[warn]", line, StringComparison.Ordinal);
        Assert.Contains("[broken] asked at the Admin API", line, StringComparison.Ordinal);
        Assert.EndsWith("client: 127.0.0.1, request: \"GET /told/:name\"", line.TrimEnd(), StringComparison.Ordinal);
        Assert.Contains("[broken] asked at the Status API", await LineAsync(gateway, "status_error.log", "asked at"), StringComparison.Ordinal);
        Assert.DoesNotContain("asked at", gateway.ErrorLog, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_Admin_API_shares_the_log_of_the_proxy_unless_it_is_told_otherwise()
    {
        await using TestGateway gateway = await StartAsync();

        await FailAsync(gateway);

        await LineAsync(gateway, "error.log", "GET /broken failed");
        await LineAsync(gateway, "status_error.log", "GET /broken failed");
    }

    [Fact]
    public async Task Changes_are_told_in_the_log_of_the_Admin_API()
    {
        await using TestGateway gateway = await StartAsync(("admin_error_log", "logs/admin_error.log"));

        await gateway.LoadAsync("_format_version: \"3.0\"\n");

        Assert.Contains("[notice]", await LineAsync(gateway, "admin_error.log", "admin: POST /config: 201"), StringComparison.Ordinal);
        Assert.DoesNotContain("admin: POST", gateway.ErrorLog, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_may_lie_anywhere_be_shared_and_be_off()
    {
        string directory = Directory.CreateTempSubdirectory("gibbon-logs-").FullName;
        try
        {
            string file = Path.Combine(directory, "both.log");
            await using (TestGateway gateway = await StartAsync(("admin_error_log", file), ("status_error_log", file)))
            {
                await FailAsync(gateway);
                await LineAsync(gateway, file, "GET /broken failed: System.InvalidOperationException: admin");
                await LineAsync(gateway, file, "GET /broken failed: System.InvalidOperationException: status");
            }

            await using TestGateway silent = await StartAsync(("admin_error_log", "off"), ("status_error_log", "off"));
            await FailAsync(silent);
            Assert.All(
                Directory.GetFiles(Path.Combine(silent.Prefix, "logs")), log => Assert.DoesNotContain("/broken failed", Read(log), StringComparison.Ordinal));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public async Task A_change_of_the_level_concerns_all_logs()
    {
        await using TestGateway gateway = await StartAsync(("admin_error_log", "logs/admin_error.log"), ("database", "sqlite"));

        using HttpResponseMessage changed = await gateway.Admin.PutAsync("/debug/node/log-level/crit", null);
        Assert.Equal(200, (int)changed.StatusCode);
        await FailAsync(gateway);
        using HttpResponseMessage back = await gateway.Admin.PutAsync("/debug/node/log-level/notice", null);
        using HttpResponseMessage deleted = await gateway.Admin.DeleteAsync("/services/none");

        await LineAsync(gateway, "admin_error.log", "admin: DELETE /services/");
        Assert.DoesNotContain("/broken", Read(Path.Combine(gateway.Prefix, "logs", "admin_error.log")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rotated_log_is_opened_anew()
    {
        await using TestGateway gateway = await StartAsync(("admin_error_log", "logs/admin_error.log"));
        string log = Path.Combine(gateway.Prefix, "logs", "admin_error.log");
        await FailAsync(gateway);
        await LineAsync(gateway, log, "/broken failed");

        File.Move(log, log + ".1");
        gateway.ReopenLogs();
        await FailAsync(gateway);

        await LineAsync(gateway, log, "/broken failed");
    }

    private static async Task<TestGateway> StartAsync(params (string Name, string Value)[] settings) => await TestGateway.StartAsync(
        "_format_version: \"3.0\"", settings.ToDictionary(static setting => setting.Name, static setting => setting.Value), [new BrokenPlugin()]);

    private static async Task FailAsync(TestGateway gateway)
    {
        using HttpResponseMessage admin = await gateway.Admin.GetAsync("/broken");
        using HttpClient client = new();
        using HttpResponseMessage status = await client.GetAsync($"http://127.0.0.1:{gateway.StatusPort}/broken");
        Assert.Equal((500, 500), ((int)admin.StatusCode, (int)status.StatusCode));
    }

    private static async Task<string> LineAsync(TestGateway gateway, string log, string text)
    {
        string path = Path.Combine(gateway.Prefix, "logs", log);
        for (int tries = 0; tries < 1200; tries++)
        {
            if (File.Exists(path) && Read(path).Split('\n').FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal)) is { } found)
            {
                return found;
            }

            await Task.Delay(50);
        }

        throw new TimeoutException($"{log} does not say: {text}");
    }

    private static string Read(string path)
    {
        using FileStream log = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using StreamReader reader = new(log, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private sealed class BrokenPlugin : Plugin<BrokenConfig>
    {
        public override string Name => "broken";

        public override int Priority => 1;

        public override string Version => "1.0.0";

        public override ImmutableArray<PluginEndpoint> AdminEndpoints => [new("GET", "/broken", (_, _) => throw new InvalidOperationException("admin")), Told("Admin")];

        public override ImmutableArray<PluginEndpoint> StatusEndpoints => [new("GET", "/broken", (_, _) => throw new InvalidOperationException("status")), Told("Status")];

        private static PluginEndpoint Told(string api) => new("GET", "/told/:name", (request, _) =>
        {
            request.Log.Warn($"asked at the {api} API");
            return ValueTask.FromResult(new EndpointResponse(200));
        });
    }

    private sealed record BrokenConfig;
}
