using System.Net;
using System.Text.Json.Nodes;
using Gibbon.Testing;

namespace Gibbon.Tests.Clustering;

/// <summary><c>cluster_mtls = pki</c>: each node has a certificate of its own, which one authority has signed.</summary>
public sealed class PkiTests
{
    private const string Refused =
        "<html>\r\n<head><title>400 The SSL certificate error</title></head>\r\n<body>\r\n<center><h1>400 Bad Request</h1></center>\r\n"
        + "<center>The SSL certificate error</center>\r\n</body>\r\n</html>\r\n";

    [Fact]
    public async Task Nodes_whose_certificates_the_authority_has_signed_find_each_other()
    {
        await using FakeUpstream upstream = FakeUpstream.Start();
        await using TestGateway control = await ClusterScene.ControlPlaneAsync(Pki("control.test"));
        await using TestGateway data = await ClusterScene.DataPlaneAsync(control.ClusterPort, [.. Pki("data.test"), ("cluster_server_name", "control.test")]);
        await ClusterScene.PostAsync(control, "/services", $$"""{"name":"s","url":"{{upstream.Url}}"}""");
        await ClusterScene.PostAsync(control, "/services/s/routes", """{"name":"r","paths":["/a"]}""");

        await DataPlaneTests.ServesAsync(data, "/a", HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_control_plane_of_another_name_is_not_spoken_to()
    {
        await using TestGateway control = await ClusterScene.ControlPlaneAsync(Pki("control.test"));
        await using TestGateway data = await ClusterScene.DataPlaneAsync(control.ClusterPort, [.. Pki("data.test"), ("cluster_server_name", "other.test")]);

        await ClusterScene.Eventually(
            () => Task.FromResult(data.ErrorLog.Contains("broken: ssl handshake failed", StringComparison.Ordinal)), "the failure in the log");
        Assert.Empty((await ClusterScene.GetAsync(control, "/clustering/data-planes"))["data"]!.AsArray());
    }

    [Fact]
    public async Task A_certificate_that_the_authority_has_not_signed_or_that_has_expired_is_answered_as_nginx_does()
    {
        await using TestGateway control = await ClusterScene.ControlPlaneAsync(Pki("control.test"));
        foreach (var certificate in new[] { ClusterCertificates.Foreign, ClusterCertificates.Signed("late.test", days: -1) })
        {
            await using WireTap tap = await ClusterScene.ConnectAsync(control.ClusterPort, certificate);
            await tap.WriteAsync(ClusterScene.UpgradeRequest($"/v1/outlet?node_id={Guid.NewGuid()}&node_version=3.9.1"));
            Assert.StartsWith("HTTP/1.1 400 Bad Request\r\n", await tap.ReadHeadAsync(), StringComparison.Ordinal);
            Assert.Equal(Refused, System.Text.Encoding.ASCII.GetString((await tap.ReadAsync(Refused.Length))!));
            Assert.Null(await tap.ReadFrameAsync());
        }

        await using WireTap without = await ClusterScene.ConnectAsync(control.ClusterPort, null);
        await without.WriteAsync(ClusterScene.UpgradeRequest("/v1/outlet"));
        Assert.StartsWith("HTTP/1.1 400 Bad Request\r\n", await without.ReadHeadAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "data.test", true)]
    [InlineData("", "data.elsewhere", false)]
    [InlineData("data.elsewhere,other.elsewhere", "data.elsewhere", true)]
    [InlineData("data.elsewhere,other.elsewhere", "data.test", false)]
    public async Task The_common_name_decides_when_it_is_to(string allowed, string name, bool isServed)
    {
        var settings = Pki("control.test").Where(static setting => setting.Item1 != "cluster_mtls")
            .Append(("cluster_mtls", "pki_check_cn")).Append(("cluster_allowed_common_names", allowed)).Where(static setting => setting.Item2.Length > 0);
        await using TestGateway control = await ClusterScene.ControlPlaneAsync(settings);
        await using WireTap tap = await ClusterScene.ConnectAsync(control.ClusterPort, ClusterCertificates.Signed(name));
        try
        {
            await tap.WriteAsync(ClusterScene.UpgradeRequest($"/v1/outlet?node_id={Guid.NewGuid()}&node_hostname=h&node_version=3.9.1"));
        }
        catch (IOException) when (!isServed)
        {
            // Closed before it could be asked anything.
        }

        Assert.Equal(isServed, (await tap.ReadHeadAsync()).StartsWith("HTTP/1.1 101 ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("on", false)]
    [InlineData("optional", true)]
    public async Task A_certificate_whose_revocation_cannot_be_asked_about_comes_in_only_if_that_is_optional(string ocsp, bool isServed)
    {
        await using TestGateway control = await ClusterScene.ControlPlaneAsync([.. Pki("control.test"), ("cluster_ocsp", ocsp)]);
        await using WireTap tap = await ClusterScene.ConnectAsync(control.ClusterPort, ClusterCertificates.Signed("data.test"));
        try
        {
            await tap.WriteAsync(ClusterScene.UpgradeRequest($"/v1/outlet?node_id={Guid.NewGuid()}&node_hostname=h&node_version=3.9.1"));
        }
        catch (IOException) when (!isServed)
        {
            // Closed before it could be asked anything.
        }

        Assert.Equal(isServed, (await tap.ReadHeadAsync()).StartsWith("HTTP/1.1 101 ", StringComparison.Ordinal));
        await ClusterScene.Eventually(
            () => Task.FromResult(control.ErrorLog.Contains("data plane client certificate revocation check failed: ", StringComparison.Ordinal)),
            "the failed check in the log");
    }

    private static (string, string)[] Pki(string name)
    {
        using var certificate = ClusterCertificates.Signed(name);
        return
        [
            ("cluster_mtls", "pki"), ("cluster_ca_cert", ClusterCertificates.Pem(ClusterCertificates.Authority)),
            ("cluster_cert", ClusterCertificates.Pem(certificate)), ("cluster_cert_key", ClusterCertificates.KeyPem(certificate)),
        ];
    }
}
