using System.Net;
using System.Net.Sockets;
using System.Text;
using Gibbon.Tests.Proxy;

namespace Gibbon.Tests.Observability;

public sealed class AccessLogTests
{
    [Fact]
    public async Task A_line_is_as_Kong_writes_it()
    {
        await using var scene = await PdkScene.StartAsync("/a", null, "");

        await scene.GetRawAsync("/none?x=1", "User-Agent: probe/1", "Authorization: Basic dTpw");

        Assert.Matches(
            """^127\.0\.0\.1 - u \[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] "GET /none\?x=1 HTTP/1\.1" 404 103 "-" "probe/1" kong_request_id: "[0-9a-f]{32}"$""",
            await scene.LogLineAsync("/none", "access.log"));
    }

    [Fact]
    public async Task What_a_client_sends_cannot_leave_its_quotes()
    {
        await using var scene = await PdkScene.StartAsync("/a", null, "");

        await scene.GetRawAsync("/none", "User-Agent: a\" \\ \u00e4");

        Assert.Contains("\"a\\x22 \\x5C \\xE4\"", await scene.LogLineAsync("/none", "access.log"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_format_of_ones_own_is_followed()
    {
        var settings = new Dictionary<string, string>
        {
            ["nginx_http_log_format"] = "mine 'start $request_method ${request_uri}x $args $http_x_a $sent_http_x_kong_request_id $server_port $scheme '"
                + "'$upstream_status $upstream_addr $connection_requests $ssl_protocol $host $cookie_c $arg_q $request_time $nothing_like_it end'",
            ["proxy_access_log"] = "logs/access.log mine",
        };
        await using var scene = await PdkScene.StartAsync("/", settings, "");

        await scene.GetRawAsync("/p?q=1", "X-A: 1", "Cookie: b=2; c=3");

        Assert.Matches(
            $"^start GET /p\\?q=1x q=1 1 [0-9a-f]{{32}} {scene.Gateway.ProxyPort} http 200 127.0.0.1:{scene.Upstream.Port} 1 - a.test 3 1 \\d+\\.\\d{{3}} - end$",
            await scene.LogLineAsync("start", "access.log"));
        await scene.LogLineAsync("$nothing_like_it");
    }

    [Fact]
    public async Task A_format_of_JSON_is_escaped_as_JSON()
    {
        var settings = new Dictionary<string, string>
        {
            ["nginx_http_log_format"] = """mine escape=json '{"agent":"$http_user_agent","none":"$http_none"}'""",
            ["proxy_access_log"] = "logs/access.log mine",
        };
        await using var scene = await PdkScene.StartAsync("/", settings, "");

        await scene.GetRawAsync("/", "User-Agent: a\"b");

        Assert.Equal("""{"agent":"a\"b","none":""}""", await scene.LogLineAsync("agent", "access.log"));
    }

    [Fact]
    public async Task A_format_that_is_nowhere_keeps_the_gateway_from_starting()
    {
        var settings = new Dictionary<string, string> { ["proxy_access_log"] = "logs/access.log missing" };

        var failure = await Assert.ThrowsAnyAsync<Exception>(() => PdkScene.StartAsync("/", settings, ""));

        Assert.Contains("unknown log format \"missing\"", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Syslog_gets_a_datagram_for_each_line()
    {
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        server.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var settings = new Dictionary<string, string>
        {
            ["proxy_access_log"] = $"syslog:server={server.LocalEndPoint},facility=local0,severity=notice,tag=kong,nohostname",
        };
        await using var scene = await PdkScene.StartAsync("/", settings, "");

        await scene.GetRawAsync("/p");

        var buffer = new byte[2048];
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        var length = await server.ReceiveAsync(buffer, patience.Token);
        Assert.Matches("^<133>[A-Z][a-z]{2} [ \\d]\\d \\d\\d:\\d\\d:\\d\\d kong: 127\\.0\\.0\\.1 - - .*\"GET /p HTTP/1\\.1\" 200", Encoding.ASCII.GetString(buffer, 0, length));
    }
}
