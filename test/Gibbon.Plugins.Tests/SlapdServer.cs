using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gibbon.Loopback;

namespace Gibbon.Plugins;

/// <summary>A real OpenLDAP on loopback, in the clear (with StartTLS) and with TLS, that knows <c>cn=bob</c> with the password <c>pw:1</c>.</summary>
sealed class SlapdServer : IAsyncDisposable
{
    public const string BaseDn = "ou=people,dc=example,dc=com";

    readonly Process process;
    readonly string directory;

    SlapdServer(Process process, string directory, int port, int tlsPort) =>
        (this.process, this.directory, Port, TlsPort) = (process, directory, port, tlsPort);

    public int Port { get; }

    public int TlsPort { get; }

    public static async Task<SlapdServer> StartAsync()
    {
        for (var attempt = 0; ; attempt++)
        {
            var directory = Directory.CreateTempSubdirectory("gibbon-slapd-").FullName;
            var (port, tlsPort) = (FreePorts.One(), FreePorts.One());
            await PrepareAsync(directory);
            var start = new ProcessStartInfo("slapd", ["-f", $"{directory}/slapd.conf", "-h", $"ldap://127.0.0.1:{port} ldaps://127.0.0.1:{tlsPort}", "-d", "0"])
            {
                RedirectStandardError = true,
            };
            var server = new SlapdServer(Process.Start(start)!, directory, port, tlsPort);
            var errors = server.process.StandardError.ReadToEndAsync();
            if (await server.IsReadyAsync())
                return server;

            await server.DisposeAsync();
            Assert.True(attempt < 5, $"slapd does not start: {await errors}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        process.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    public async Task StopAsync()
    {
        if (process.HasExited)
            return;

        process.Kill();
        await process.WaitForExitAsync();
    }

    static async Task PrepareAsync(string directory)
    {
        using var key = RSA.Create(2048);
        using var certificate = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await File.WriteAllTextAsync($"{directory}/cert.pem", certificate.ExportCertificatePem());
        await File.WriteAllTextAsync($"{directory}/key.pem", key.ExportPkcs8PrivateKeyPem());
        Directory.CreateDirectory($"{directory}/data");
        await File.WriteAllTextAsync($"{directory}/slapd.conf", $"""
            include /etc/ldap/schema/core.schema
            include /etc/ldap/schema/cosine.schema
            modulepath /usr/lib/ldap
            moduleload back_mdb
            pidfile {directory}/slapd.pid
            argsfile {directory}/slapd.args
            TLSCertificateFile {directory}/cert.pem
            TLSCertificateKeyFile {directory}/key.pem
            database mdb
            suffix "dc=example,dc=com"
            rootdn "cn=admin,dc=example,dc=com"
            directory {directory}/data

            """);
        await File.WriteAllTextAsync($"{directory}/people.ldif", """
            dn: dc=example,dc=com
            objectClass: domain
            dc: example

            dn: ou=people,dc=example,dc=com
            objectClass: organizationalUnit
            ou: people

            dn: cn=bob,ou=people,dc=example,dc=com
            objectClass: person
            cn: bob
            sn: bob
            userPassword: pw:1

            dn: cn=Smith\, Ann,ou=people,dc=example,dc=com
            objectClass: person
            cn: Smith, Ann
            sn: Smith
            userPassword: ann

            dn: ou=secret,ou=people,dc=example,dc=com
            objectClass: organizationalUnit
            ou: secret

            dn: cn=eve,ou=secret,ou=people,dc=example,dc=com
            objectClass: person
            cn: eve
            sn: eve
            userPassword: eve

            """);
        using var add = Process.Start("slapadd", ["-q", "-f", $"{directory}/slapd.conf", "-l", $"{directory}/people.ldif"]);
        await add.WaitForExitAsync();
        Assert.Equal(0, add.ExitCode);
    }

    async Task<bool> IsReadyAsync()
    {
        for (var i = 0; i < 600 && !process.HasExited; i++)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, Port);
                return true;
            }
            catch (SocketException)
            {
                await Task.Delay(50);
            }
        }

        return false;
    }
}
