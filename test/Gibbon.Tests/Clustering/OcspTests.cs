using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Gibbon.Clustering;
using Gibbon.Clustering.ControlPlanes;
using Gibbon.Clustering.Ocsp;
using Gibbon.Settings;
using Gibbon.Testing;

namespace Gibbon.Tests.Clustering;

/// <summary><c>cluster_ocsp</c> against a real responder: that of openssl, with an authority of its own.</summary>
public sealed class OcspTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gibbon-ocsp-").FullName;
    private readonly int _port;
    private Process? _responder;

    public OcspTests()
    {
        using TcpListener free = new(IPAddress.Loopback, 0);
        free.Start();
        _port = ((IPEndPoint)free.LocalEndpoint).Port;
        MakeAuthority();
    }

    public void Dispose()
    {
        _responder?.Kill();
        _responder?.WaitForExit();
        _responder?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("on", "good", true)]
    [InlineData("on", "revoked", false)]
    [InlineData("optional", "good", true)]
    [InlineData("optional", "revoked", false)]
    [InlineData("off", "revoked", true)]
    public async Task A_certificate_that_was_revoked_is_refused_when_that_is_asked_about(string ocsp, string which, bool isServed)
    {
        Make("control.test");
        var certificate = Make("data.test");
        if (which == "revoked")
        {
            OpenSsl("ca", "-batch", "-config", "ca.cnf", "-revoke", "data.test.crt");
        }

        await RespondAsync();
        await using TestGateway control = await ClusterScene.ControlPlaneAsync(
            ("cluster_mtls", "pki"), ("cluster_ca_cert", Read("ca.crt")), ("cluster_cert", Read("control.test.crt")), ("cluster_cert_key", Read("control.test.key")),
            ("cluster_ocsp", ocsp));
        await using WireTap tap = await ClusterScene.ConnectAsync(control.ClusterPort, certificate);
        try
        {
            await tap.WriteAsync(ClusterScene.UpgradeRequest($"/v1/outlet?node_id={Guid.NewGuid()}&node_hostname=h&node_version=3.9.1"));
        }
        catch (IOException) when (!isServed)
        {
            // Closed before it could be asked anything.
        }

        string head = await tap.ReadHeadAsync();
        Assert.True(isServed == head.StartsWith("HTTP/1.1 101 ", StringComparison.Ordinal), head + control.ErrorLog);
        if (!isServed)
        {
            await ClusterScene.Eventually(
                () => Task.FromResult(control.ErrorLog.Contains("data plane client certificate was revoked", StringComparison.Ordinal)), "the reason in the log");
        }

        Assert.DoesNotContain("revocation check failed", control.ErrorLog, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("delegate", null)]
    [InlineData("stranger", "the OCSP response is not signed by the issuer of the certificate")]
    [InlineData("data.test", "the OCSP response is not signed by the issuer of the certificate")]
    public async Task An_answer_counts_when_the_issuer_has_signed_it_or_somebody_whom_he_lets(string signer, string? problem)
    {
        Make("control.test").Dispose();
        using X509Certificate2 certificate = Make("data.test");
        Make("delegate", "responder").Dispose();
        OpenSsl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "stranger.key", "-out", "stranger.crt", "-days", "10", "-subj", "/CN=stranger");
        await RespondAsync(signer);
        using OcspClient client = new(TimeSpan.FromMinutes(1), TimeProvider.System);
        using var issuer = X509Certificate2.CreateFromPem(Read("ca.crt"));
        OcspVerdict verdict = await client.AskAsync(certificate, issuer, CancellationToken.None);
        Assert.Equal(problem is null ? null : "failed to validate OCSP response: " + problem, verdict.Doubt);
    }

    [Fact]
    public async Task Why_nobody_can_tell_is_said_in_the_words_of_kong()
    {
        Make("control.test").Dispose();
        using X509Certificate2 certificate = Make("data.test");
        using X509Certificate2 other = ClusterCertificates.Signed("data.test");
        using var issuer = X509Certificate2.CreateFromPem(Read("ca.crt"));
        using OcspClient client = new(TimeSpan.FromMinutes(1), TimeProvider.System);

        // Nobody listens there.
        Assert.Equal("failed to send request to OCSP responder: connection refused", (await client.AskAsync(certificate, issuer, CancellationToken.None)).Doubt);
        Assert.Equal("no issuer certificate in chain", (await client.AskAsync(certificate, null, CancellationToken.None)).Doubt);
        Assert.Equal(
            "OCSP responder endpoint can not be determined, the client certificate may be missing the required extensions",
            (await client.AskAsync(other, issuer, CancellationToken.None)).Doubt);
        using TcpListener broken = new(IPAddress.Loopback, _port);
        broken.Start();
        foreach ((string answer, string expected) in new[]
        {
            ("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", "OCSP responder returns bad HTTP status code: 503"),
            ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", "unexpected response from OCSP responder: empty body"),
            ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\n0\u0003\n\u0001\u0003", "failed to validate OCSP response: OCSP response not successful (3: trylater)"),
            ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno", "failed to validate OCSP response: the OCSP response cannot be read"),
        })
        {
            Task<OcspVerdict> asking = client.AskAsync(certificate, issuer, CancellationToken.None).AsTask();
            using TcpClient asked = await broken.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
            await asked.GetStream().ReadAtLeastAsync(new byte[1], 1);
            await asked.GetStream().WriteAsync(System.Text.Encoding.Latin1.GetBytes(answer));
            Assert.Equal(expected, (await asking.WaitAsync(WireTap.Patience)).Doubt);
        }
    }

    [Fact]
    public async Task Who_waits_for_an_answer_about_a_certificate_holds_nobody_up()
    {
        Make("control.test").Dispose();
        using X509Certificate2 certificate = Make("data.test");
        using TcpListener silent = new(IPAddress.Loopback, _port);
        silent.Start();
        GatewaySettings settings = SettingsLoader.From(ClusterScene.Shared(
            "control_plane",
            [
                ("prefix", _folder), ("cluster_mtls", "pki"), ("cluster_ca_cert", Read("ca.crt")), ("cluster_cert", Read("control.test.crt")),
                ("cluster_cert_key", Read("control.test.key")), ("cluster_ocsp", "on"),
            ]));
        using ClientCheck check = new(
            ClusterCertificate.Load(settings.Hybrid), settings.Hybrid, new ClusterTimes { Revocation = TimeSpan.FromMinutes(1) }, TimeProvider.System);

        // Somebody has been asked and says nothing; whoever wants to know is free meanwhile.
        Task<ClientVerdict> judging = check.JudgeAsync(check.Look(certificate, []), CancellationToken.None).AsTask();
        using (TcpClient asked = await silent.AcceptTcpClientAsync(TestContext.Current.CancellationToken))
        {
            Assert.False(judging.IsCompleted);
        }

        silent.Stop();
        Assert.StartsWith("data plane client certificate revocation check failed: ", (await judging).Problem!, StringComparison.Ordinal);
    }

    private void MakeAuthority()
    {
        // A name of its own, since what was asked about a certificate is remembered beyond this process.
        File.WriteAllText(Path.Combine(_folder, "ca.cnf"), $"""
            [ca]
            default_ca = this
            [this]
            dir = {_folder}
            database = {_folder}/index.txt
            new_certs_dir = {_folder}
            certificate = {_folder}/ca.crt
            private_key = {_folder}/ca.key
            rand_serial = yes
            default_md = sha256
            default_days = 10
            unique_subject = no
            policy = any
            x509_extensions = node
            [any]
            commonName = supplied
            [node]
            authorityInfoAccess = OCSP;URI:http://127.0.0.1:{_port}
            subjectKeyIdentifier = hash
            authorityKeyIdentifier = keyid
            [responder]
            extendedKeyUsage = OCSPSigning
            """);
        File.WriteAllText(Path.Combine(_folder, "index.txt"), "");
        OpenSsl(
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.crt", "-days", "10", "-subj", $"/CN=authority {Guid.NewGuid()}",
            "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign,digitalSignature");
    }

    private X509Certificate2 Make(string name, string extensions = "node")
    {
        OpenSsl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", $"{name}.key", "-out", $"{name}.csr", "-subj", $"/CN={name}");
        OpenSsl("ca", "-batch", "-config", "ca.cnf", "-notext", "-extensions", extensions, "-in", $"{name}.csr", "-out", $"{name}.crt");
        using var made = X509Certificate2.CreateFromPem(Read($"{name}.crt"), Read($"{name}.key"));
        return X509CertificateLoader.LoadPkcs12(
            made.Export(X509ContentType.Pfx), null);
    }

    private async Task RespondAsync(string signer = "ca")
    {
        _responder = Start("ocsp", "-index", "index.txt", "-CA", "ca.crt", "-rsigner", $"{signer}.crt", "-rkey", $"{signer}.key", "-port", $"{_port}", "-nmin", "60");
        _ = _responder.StandardError.ReadToEndAsync();
        string? line;
        do
        {
            line = await _responder.StandardOutput.ReadLineAsync().WaitAsync(WireTap.Patience);
        }
        while (line?.Contains("ACCEPT", StringComparison.Ordinal) is false);
        Assert.NotNull(line);

        // Not by trying: whoever connects and says nothing is all that it can take.
        _ = _responder.StandardOutput.ReadToEndAsync();
    }

    private string Read(string name) => File.ReadAllText(Path.Combine(_folder, name));

    private void OpenSsl(params string[] arguments)
    {
        using Process process = Start(arguments);
        Task<string> said = process.StandardError.ReadToEndAsync();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, said.Result);
    }

    private Process Start(params string[] arguments) => Process.Start(
        new ProcessStartInfo("openssl", arguments) { WorkingDirectory = _folder, RedirectStandardError = true, RedirectStandardOutput = true })!;
}
