using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gibbon.Testing;
using Gibbon.Tests.Proxy;
using Gibbon.Tests.Proxy.Grpc;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gibbon.Tests.Gateway;

/// <summary>A gateway and services as they were when the answers of Kong were recorded that tests compare ours with.</summary>
public sealed partial class RecordedScene : IAsyncLifetime
{
    private FakeUpstream _upstream = null!;
    private GrpcUpstream _grpc = null!;

    public TestGateway Gateway { get; private set; } = null!;

    /// <summary>The cases of one of the recorded files.</summary>
    public static IEnumerable<JsonElement> Cases(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(Root(), "test/Conformance/data/recorded/unverified", file)));
        return [.. document.RootElement.GetProperty("cases").EnumerateArray().Select(c => c.Clone())];
    }

    /// <summary>Sends bytes and gives what came back, with what differs from run to run written as the recordings write it.</summary>
    public async Task<string> ExchangeAsync(string request, bool tls = false) =>
        Normal(await RawClient.ExchangeAsync(new IPEndPoint(IPAddress.Loopback, tls ? Gateway.ProxyTlsPort : Gateway.ProxyPort), request));

    public string Normal(string answer)
    {
        answer = answer.Replace($":{_upstream.Port}", ":28901", StringComparison.Ordinal)
            .Replace($":{_grpc.Address.Port}", ":28902", StringComparison.Ordinal)
            .Replace($"-Port: {Gateway.ProxyPort}", "-Port: 28700", StringComparison.Ordinal);
        answer = Dates().Replace(answer, "Date: <date>");
        answer = Latencies().Replace(answer, "Latency: <ms>");
        return ManyLetters().Replace(Ids().Replace(answer, "<hex32>"), "<many a>aaaaaaaaaaaaaaaaaaaaaaaa");
    }

    public async ValueTask InitializeAsync()
    {
        _upstream = FakeUpstream.Start(Answer);
        _grpc = await GrpcUpstream.StartAsync(AnswerGrpc);
        Gateway = await TestGateway.StartAsync($$"""
            _format_version: "3.0"
            services:
            - {name: u, url: {{_upstream.Url}}, routes: [{name: u, paths: [/u]}, {name: nobuf, paths: [/nobuf], request_buffering: false}, {name: s, paths: [/s], protocols: [https]}, {name: s301, paths: [/s301], protocols: [https], https_redirect_status_code: 301}, {name: s308, paths: [/s308], protocols: [https], https_redirect_status_code: 308}]}
            - {name: t, url: {{_upstream.Url}}, read_timeout: 300, retries: 0, routes: [{name: t, paths: [/t]}]}
            - {name: dead, url: "http://127.0.0.1:1", routes: [{name: dead, paths: [/dead]}]}
            - {name: empty, host: empty.up, routes: [{name: empty, paths: [/emptyup]}]}
            - {name: auth, url: {{_upstream.Url}}, routes: [{name: auth, paths: [/auth]}], plugins: [{name: key-auth}]}
            - {name: ge, url: "grpc://127.0.0.1:{{_grpc.Address.Port}}", routes: [{name: ge, paths: [/ge.S], protocols: [grpc, grpcs], strip_path: false}]}
            - {name: g, url: "grpc://127.0.0.1:1", routes: [{name: g, paths: [/g.S], protocols: [grpc, grpcs], strip_path: false}, {name: gs, paths: [/gs.S], protocols: [grpcs], strip_path: false}, {name: ga, paths: [/ga.S], protocols: [grpc, grpcs], strip_path: false, plugins: [{name: key-auth}]}]}
            upstreams:
            - {name: empty.up}
            routes:
            - {name: nosvc, paths: [/nosvc]}
            - {name: term, paths: [/term], plugins: [{name: request-termination, config: {status_code: 418, message: tea} }]}
            """,
            new Dictionary<string, string> { ["nginx_http_client_max_body_size"] = "1k", ["error_default_type"] = "text/plain" });
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await _upstream.DisposeAsync();
        await _grpc.DisposeAsync();
    }

    private static UpstreamAnswer Answer(ReceivedRequest request)
    {
        Dictionary<string, string> query = Query(request.Target);
        switch (request.Target.Split('?')[0])
        {
            case "/echo": return Message("application/json", Head(request));
            case "/close": return UpstreamAnswer.Close;
            case "/garbage": return UpstreamAnswer.Raw("not http\r\n\r\n");
            case "/trunc": return UpstreamAnswer.Raw("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 100\r\n\r\npartial");
            case "/trunch": return UpstreamAnswer.Raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
            case "/slow": return Message("application/json", "hello\n") with { Delay = TimeSpan.FromSeconds(1) };
            case "/bighdr": return Message("application/json", "hello\n", $"X-Big: {new string('a', int.Parse(query["n"], CultureInfo.InvariantCulture))}\r\n");
            case "/ws": return Tunnel(request);
            default: return Message(query.GetValueOrDefault("ct", "application/json"), query.GetValueOrDefault("b", "hello\n"), status: query.GetValueOrDefault("s", "200"));
        }
    }

    private static UpstreamAnswer Message(string type, string body, string more = "", string status = "200") => UpstreamAnswer.Raw(
        $"HTTP/1.1 {status} {(status == "200" ? "OK" : "X")}\r\n{(type.Length == 0 ? "" : $"Content-Type: {type}\r\n")}Content-Length: {body.Length}\r\n{more}X-Up: 1\r\n\r\n{body}",
        closeAfter: false);

    private static string Head(ReceivedRequest request)
    {
        var head = new StringBuilder($"{request.Method} {request.Target} {request.Version}\r\n");
        foreach ((string name, string value) in request.Headers) head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        return head.Append("\r\n").ToString();
    }

    // Says in a WebSocket's bytes what the recorded service said: it speaks first, then gives back what it gets.
    private static UpstreamAnswer Tunnel(ReceivedRequest request) => new()
    {
        Writer = async (stream, cancellation) =>
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nX-Up: 1\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"), cancellation);
            var received = new byte[64];
            int count = await stream.ReadAsync(received, cancellation);
            await stream.WriteAsync((byte[])[.. "E:"u8, .. received.AsSpan(0, count)], cancellation);
            return false;
        },
    };

    private static async Task AnswerGrpc(HttpContext context)
    {
        context.Response.Headers.ContentType = "application/grpc";
        context.Response.Headers["x-up"] = "1";
        switch (context.Request.Path.Value)
        {
            case "/ge.S/trailersonly":
                context.Response.Headers.Remove("x-up");
                context.Response.Headers["grpc-status"] = "5";
                context.Response.Headers["grpc-message"] = "nope";
                return;
            case "/ge.S/http404":
                context.Response.Headers.Remove("x-up");
                context.Response.StatusCode = 404;
                context.Response.ContentType = "text/plain";
                return;
            case "/ge.S/rst":
                context.Features.Get<IHttpResetFeature>()!.Reset(2);
                return;
            default:
                await context.Response.Body.WriteAsync((byte[])[0, 0, 0, 0, 2, .. "hi"u8]);
                context.Response.AppendTrailer("grpc-status", "0");
                context.Response.AppendTrailer("x-trailer", "t");
                return;
        }
    }

    private static Dictionary<string, string> Query(string target) => target.Contains('?', StringComparison.Ordinal)
        ? target.Split('?')[1].Split('&').Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => Uri.UnescapeDataString(pair[1]))
        : [];

    private static string Root()
    {
        string directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "Gibbon.slnx"))) directory = Path.GetDirectoryName(directory)!;
        return directory;
    }

    [GeneratedRegex(@"Date: [A-Z][^\r\n]*GMT")]
    private static partial Regex Dates();

    [GeneratedRegex(@"Latency: \d+")]
    private static partial Regex Latencies();

    [GeneratedRegex(@"\b[0-9a-f]{32}\b")]
    private static partial Regex Ids();

    [GeneratedRegex("a{1000,}")]
    private static partial Regex ManyLetters();
}
