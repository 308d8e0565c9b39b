using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Gibbon.Clustering;
using Gibbon.Clustering.ControlPlanes;
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
        ClientCheck check = new(ClusterCertificate.Load(settings.Hybrid), settings.Hybrid, new ClusterTimes { Revocation = TimeSpan.FromMinutes(1) });

        // Somebody has been asked and says nothing; whoever wants to know is free meanwhile.
        Task<ClientVerdict> judging = check.JudgeAsync(certificate, [], CancellationToken.None).AsTask();
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
            """);
        File.WriteAllText(Path.Combine(_folder, "index.txt"), "");
        OpenSsl(
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.crt", "-days", "10", "-subj", $"/CN=authority {Guid.NewGuid()}",
            "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign,digitalSignature");
    }

    private System.Security.Cryptography.X509Certificates.X509Certificate2 Make(string name)
    {
        OpenSsl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", $"{name}.key", "-out", $"{name}.csr", "-subj", $"/CN={name}");
        OpenSsl("ca", "-batch", "-config", "ca.cnf", "-notext", "-in", $"{name}.csr", "-out", $"{name}.crt");
        using var made = System.Security.Cryptography.X509Certificates.X509Certificate2.CreateFromPem(Read($"{name}.crt"), Read($"{name}.key"));
        return System.Security.Cryptography.X509Certificates.X509CertificateLoader.LoadPkcs12(
            made.Export(System.Security.Cryptography.X509Certificates.X509ContentType.Pfx), null);
    }

    private async Task RespondAsync()
    {
        _responder = Start("ocsp", "-index", "index.txt", "-CA", "ca.crt", "-rsigner", "ca.crt", "-rkey", "ca.key", "-port", $"{_port}", "-nmin", "60");
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
