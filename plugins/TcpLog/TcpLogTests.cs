using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Gibbon.Plugins.Sinks;

namespace Gibbon.Plugins.TcpLog;

public sealed class TcpLogTests
{
    [Fact]
    public async Task Entries_share_a_connection()
    {
        await using var sink = new LineSink();
        await using var scene = await Start(sink.Port, "");

        await scene.GetAsync("/one");
        var first = await sink.NextAsync();
        await scene.GetAsync("/two");
        var second = await sink.NextAsync();

        Assert.Equal(("/one", "/two"), (Uri(first.Line), Uri(second.Line)));
        Assert.Equal(first.Connection, second.Connection);
    }

    [Fact]
    public async Task A_connection_that_was_closed_is_made_anew()
    {
        await using var sink = new LineSink();
        await using var scene = await Start(sink.Port, "");

        await scene.GetAsync("/one");
        await sink.NextAsync();
        sink.Hang();

        // The end of a connection takes its time to be noticed; an entry in between is lost, as in Kong.
        var next = sink.NextAsync();
        for (var i = 0; !next.IsCompleted && i < 1000; i++)
        {
            await scene.GetAsync("/again");
            await Task.WhenAny(next, Task.Delay(20));
        }

        Assert.Equal(("/again", 2), (Uri((await next).Line), (await next).Connection));
    }

    [Fact]
    public async Task A_connection_is_not_kept_longer_than_wanted()
    {
        await using var sink = new LineSink();
        await using var scene = await Start(sink.Port, "keepalive: 1");

        await scene.GetAsync("/one");
        var first = await sink.NextAsync();
        await Task.Delay(50);
        await scene.GetAsync("/two");

        Assert.NotEqual(first.Connection, (await sink.NextAsync()).Connection);
    }

    [Fact]
    public async Task TLS_asks_for_the_name_and_looks_at_no_certificate()
    {
        using var certificate = SelfSigned();
        await using var sink = new LineSink(certificate);
        await using var scene = await Start(sink.Port, "tls: true, tls_sni: logs.example.test");

        await scene.GetAsync("/tls");
        var (line, _, name) = await sink.NextAsync();

        Assert.Equal(("/tls", "logs.example.test"), (Uri(line), name));
    }

    [Fact]
    public async Task A_server_without_TLS_is_told()
    {
        await using var sink = new LineSink();
        await using var scene = await Start(sink.Port, "tls: true, timeout: 200");

        using var response = await scene.GetAsync("/");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await scene.LoggedAsync($"failed to perform TLS handshake to 127.0.0.1:{sink.Port}: ");
    }

    static string? Uri(string line) => (string?)JsonNode.Parse(line)!["request"]!["uri"];

    static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=logs", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }

    static Task<Scene> Start(int port, string config) => Scene.StartAsync($"{{name: tcp-log, config: {{host: 127.0.0.1, port: {port}, {config}}}}}");
}
