using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Gibbon.Certificates;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Tests.Certificates;
using Gibbon.Tests.Gateway;

namespace Gibbon.Tests.Streams;

public sealed class TlsStreamTests
{
    [Fact]
    public async Task TLS_ends_here_for_a_tls_route_and_the_service_gets_it_in_clear()
    {
        await using StreamServer server = StreamServer.Echo();
        StreamProbe probe = new();
        await using StreamScene scene = await StreamScene.StartAsync(
            ["ssl"], ports => Services("tcp", server.Port, "tls", "snis: [a.test]") + Certificate("a.test") + "plugins: [{name: stream-probe, protocols: [tls]}]\n", null, probe);

        Assert.Equal(("CN=a.test", "E:hello"), await scene.AskOverTlsAsync("hello", "a.test"));
        Assert.Equal(["TCP 200 7 5"], await scene.AccessLogAsync(1));
        var session = (ValueMap)Assert.Single(probe.Records)["session"]!;
        Assert.Equal("NONE", ((ValueMap)session["tls"]!)["client_verify"]);
        Assert.StartsWith("TLSv1.", (string)((ValueMap)session["tls"]!)["version"]!, StringComparison.Ordinal);
        Assert.False(session.ContainsKey("server_port"));
    }

    [Fact]
    public async Task A_tls_route_without_names_takes_clients_with_and_without_one()
    {
        await using StreamServer server = StreamServer.Echo();
        await using StreamScene scene = await StreamScene.StartAsync(["ssl"], ports => Services("tcp", server.Port, "tls", $"destinations: [{{port: {ports[0]}}}]"));

        Assert.Equal("E:one", (await scene.AskOverTlsAsync("one", "q.test")).Answer);
        Assert.Equal("E:two", (await scene.AskOverTlsAsync("two", null)).Answer);
    }

    [Fact]
    public async Task Passed_through_the_client_sees_the_services_own_certificate()
    {
        using X509Certificate2 own = Own("own.test");
        await using StreamServer server = StreamServer.Echo(own);
        StreamProbe probe = new();
        await using StreamScene scene = await StreamScene.StartAsync(
            ["ssl"],
            ports => Services("tcp", server.Port, "tls_passthrough", "snis: [p.test]") + "plugins: [{name: stream-probe, protocols: [tls_passthrough]}]\n",
            null,
            probe);

        Assert.Equal(("CN=own.test", "E:hello"), await scene.AskOverTlsAsync("hello", "p.test"));
        await scene.AccessLogAsync(1);
        Assert.False(((ValueMap)Assert.Single(probe.Records)["session"]!).ContainsKey("tls"));
    }

    [Fact]
    public async Task A_name_that_no_route_knows_ends_in_the_handshake()
    {
        await using StreamScene scene = await StreamScene.StartAsync(["ssl"], static ports => Services("tcp", 1, "tls", "snis: [a.test]"));

        Exception failure = await Assert.ThrowsAnyAsync<Exception>(() => scene.AskOverTlsAsync("hello", "zzz.test"));
        Assert.True(failure is IOException or AuthenticationException, failure.ToString());
        Assert.Equal(["TCP 500 0 0"], await scene.AccessLogAsync(1));
    }

    [Fact]
    public async Task Clear_text_on_a_TLS_listener_ends_the_connection()
    {
        await using StreamScene scene = await StreamScene.StartAsync(["ssl"], static ports => Services("tcp", 1, "tls", $"destinations: [{{port: {ports[0]}}}]"));

        Assert.Contains(await scene.AskAsync("hello"), (string[])["", "reset"]);
        Assert.Equal(["TCP 500 0 0"], await scene.AccessLogAsync(1));
    }

    [Fact]
    public async Task A_service_of_tls_is_spoken_to_over_TLS_whatever_the_client_speaks()
    {
        using X509Certificate2 own = Own("own.test");
        await using StreamServer server = StreamServer.Echo(own);
        await using StreamScene scene = await StreamScene.StartAsync(
            ["", "ssl"],
            ports => Services("tls", server.Port, "tcp", $"destinations: [{{port: {ports[0]}}}]") + Services("tls", server.Port, "tls", $"destinations: [{{port: {ports[1]}}}]", "t"));

        Assert.Equal("E:hello", await scene.AskAsync("hello", 0));
        Assert.Equal("E:hello", (await scene.AskOverTlsAsync("hello", "a.test", 1)).Answer);
    }

    [Fact]
    public async Task A_service_whose_certificate_must_be_good_and_is_not_is_502()
    {
        using X509Certificate2 own = Own("own.test");
        await using StreamServer server = StreamServer.Echo(own);
        await using StreamScene scene = await StreamScene.StartAsync(
            [""], ports => Services("tls", server.Port, "tcp", $"destinations: [{{port: {ports[0]}}}]", more: "tls_verify: true, retries: 1,"));

        Assert.Contains(await scene.AskAsync("hello"), (string[])["", "reset"]);
        Assert.Equal(["TCP 502 0 0"], await scene.AccessLogAsync(1));
    }

    [Fact]
    public async Task A_service_that_demands_a_certificate_sees_the_one_that_a_plugin_set()
    {
        await using DemandingServer server = new("server.test");
        LoadedCertificate own = LoadedCertificate.Load(TestCertificates.For("plugin.test"), out _)!;
        StreamProbe probe = new(context =>
        {
            Assert.True(context.Service.SetTlsCertificate(new TlsCertificate(own.Leaf, own.Chain)).IsOk);
            return default;
        });
        await using StreamScene scene = await StreamScene.StartAsync(
            [""],
            ports => Services("tls", server.Port, "tcp", $"destinations: [{{port: {ports[0]}}}]") + "plugins: [{name: stream-probe, protocols: [tcp]}]\n",
            null,
            probe);

        Assert.EndsWith("CN=plugin.test", await scene.AskAsync("who am I?"), StringComparison.Ordinal);
    }

    private static string Services(string protocol, int port, string route, string match, string name = "s", string more = "") =>
        (name == "s" ? "services:\n" : "") + $$"""
        - {name: {{name}}, protocol: {{protocol}}, host: 127.0.0.1, port: {{port}}, {{more}} routes: [{name: {{name}}, protocols: [{{route}}], {{match}}}]}

        """;

    private static string Certificate(string name)
    {
        var pair = TestCertificates.For(name);
        return $"certificates: [{{cert: {System.Text.Json.JsonSerializer.Serialize(pair.Certificate)}, key: {System.Text.Json.JsonSerializer.Serialize(pair.Key)}, snis: [{{name: {name}}}]}}]\n";
    }

    private static X509Certificate2 Own(string name)
    {
        var pair = TestCertificates.For(name);
        using X509Certificate2 pem = X509Certificate2.CreateFromPem(pair.Certificate, pair.Key);
        return X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pfx), null);
    }
}
