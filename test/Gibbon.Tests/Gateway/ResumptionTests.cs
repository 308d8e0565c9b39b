using Gibbon.Certificates;
using Gibbon.Testing;
using Gibbon.Tests.Certificates;

namespace Gibbon.Tests.Gateway;

public sealed class ResumptionTests
{
    // Answers each request with whether the TLS session was taken up from an earlier connection.
    private const string Program = """
        import socket, ssl, sys, threading
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[1], sys.argv[2])
        def serve(c):
            try:
                tls = context.wrap_socket(c, server_side=True)
                if tls.recv(65536):
                    body = b"resumed" if tls.session_reused else b"full"
                    tls.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
                    tls.recv(65536)
            except OSError:
                pass
        s = socket.socket()
        s.bind(("127.0.0.1", 0))
        s.listen(64)
        print(s.getsockname()[1], flush=True)
        while True:
            c, _ = s.accept()
            threading.Thread(target=serve, args=(c,), daemon=True).start()
        """;

    [Fact]
    public async Task A_new_connection_to_a_service_takes_up_the_TLS_session_of_the_last()
    {
        string directory = Directory.CreateTempSubdirectory().FullName;
        try
        {
            PemPair pem = TestCertificates.For("localhost");
            await File.WriteAllTextAsync(directory + "/c.pem", pem.Certificate, TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(directory + "/k.pem", pem.Key, TestContext.Current.CancellationToken);
            await using ServerProcess server = await ServerProcess.StartAsync(Program, directory + "/c.pem", directory + "/k.pem");
            await using TestGateway gateway = await TestGateway.StartAsync(
                $$"""
                _format_version: "3.0"
                services: [{name: s, url: "https://localhost:{{server.Port}}", routes: [{name: all, paths: [/]}]}]
                """,
                new Dictionary<string, string> { ["upstream_keepalive_pool_size"] = "0" });

            Assert.Equal("full", await gateway.Client.GetStringAsync("/", TestContext.Current.CancellationToken));
            Assert.Equal("resumed", await gateway.Client.GetStringAsync("/", TestContext.Current.CancellationToken));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
