using Gibbon.Testing;
using Gibbon.Tests.Dns;

namespace Gibbon.Tests.Gateway;

public sealed class ApiAccessLogTests
{
    [Fact]
    public async Task Each_request_to_the_Admin_API_has_a_line_in_nginxs_combined_format()
    {
        await using TestGateway gateway = await TestGateway.StartAsync("_format_version: \"3.0\"");
        using HttpRequestMessage request = new(HttpMethod.Get, "/nothing?x=%22y%22");
        request.Headers.TryAddWithoutValidation("User-Agent", "an \"agent\"");
        using HttpResponseMessage answer = await gateway.Admin.SendAsync(request, TestContext.Current.CancellationToken);
        long length = (await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).Length;

        string line = await LineAsync(gateway, "admin_access.log");

        Assert.Matches(
            $"""^127\.0\.0\.1 - - \[\d\d/\w+/\d+:\d\d:\d\d:\d\d [+-]\d\d\d\d\] "GET /nothing\?x=%22y%22 HTTP/1\.1" 404 {length} "-" "an \\x22agent\\x22"$""", line);
    }

    [Fact]
    public async Task The_Status_API_has_a_log_when_the_settings_name_one_and_a_format_may_be_named()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(
            "_format_version: \"3.0\"",
            new Dictionary<string, string> { ["status_access_log"] = "logs/status.log short", ["nginx_http_log_format"] = "short '$request_method $request_uri $status'" });
        using HttpClient client = new() { BaseAddress = new Uri($"http://127.0.0.1:{gateway.StatusPort}") };
        using HttpResponseMessage answer = await client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/status"), TestContext.Current.CancellationToken);

        Assert.Equal("HEAD /status 200", await LineAsync(gateway, "status.log"));
        Assert.False(File.Exists(Path.Combine(gateway.Prefix, "logs", "status_access.log")));
    }

    private static async Task<string> LineAsync(TestGateway gateway, string name)
    {
        string text = "";
        await Wait.UntilAsync(() =>
        {
            string path = Path.Combine(gateway.Prefix, "logs", name);
            if (!File.Exists(path)) return false;
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using StreamReader reader = new(file);
            text = reader.ReadToEnd();
            return text.EndsWith('\n');
        });
        return text.TrimEnd('\n');
    }
}
