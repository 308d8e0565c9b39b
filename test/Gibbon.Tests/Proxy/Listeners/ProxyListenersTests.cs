using System.Net.Security;
using System.Security.Authentication;
using System.Text;
using Gibbon.Proxy.Http1;
using Gibbon.Proxy.Listeners;
using Gibbon.Tests.Certificates;

namespace Gibbon.Tests.Proxy.Listeners;

public class ProxyListenersTests
{
    private const string Get = "GET /path HTTP/1.1\r\nHost: api.test\r\n\r\n";

    [Theory]
    [InlineData("")]
    [InlineData("http2")]
    [InlineData("deferred")]
    public async Task A_plain_listener_serves_one_request_after_the_other(string flags)
    {
        await using FrontDoor gateway = await FrontDoor.StartAsync(Answers.Describe, FrontDoor.Listen(flags));
        await using Stream client = await gateway.ConnectAsync();

        string first = await FrontDoor.AskAsync(client, Get);
        string second = await FrontDoor.AskAsync(client, Get);

        Assert.Contains("line GET /path HTTP/1.1\n", first, StringComparison.Ordinal);
        Assert.Contains("requests 1\n", first, StringComparison.Ordinal);
        Assert.Contains("tls none", first, StringComparison.Ordinal);
        Assert.Contains("requests 2\n", second, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_in_single_bytes_is_served_beside_http2()
    {
        await using FrontDoor gateway = await FrontDoor.StartAsync(Answers.Describe, FrontDoor.Listen("http2"));
        await using Stream client = await gateway.ConnectAsync();
        foreach (byte letter in Encoding.ASCII.GetBytes(Get.Replace("GET", "PRI", StringComparison.Ordinal)))
        {
            await client.WriteAsync(new[] { letter });
            await client.FlushAsync();
        }

        Assert.Contains("line PRI /path HTTP/1.1\n", await FrontDoor.ReadAnswerAsync(client), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("api.test", "CN=api.test")]
    [InlineData("a.wild.test", "CN=*.wild.test")]
    [InlineData("other.test", "CN=default.test")]
    [InlineData("", "CN=default.test")]
    public async Task The_certificate_follows_the_server_name(string name, string subject)
    {
        await using FrontDoor gateway = await FrontDoor.StartAsync(Answers.Describe, FrontDoor.Listen("ssl"));
        await using SslStream client = await gateway.ConnectTlsAsync(name);

        string answer = await FrontDoor.AskAsync(client, Get);

        Assert.Equal(subject, FrontDoor.Subject(client));
        Assert.Contains($"tls Tls13 {name} \n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_rsa_client_sees_the_rsa_certificate_and_others_the_ecdsa_one()
    {
        CertificateIndexOf both = new();
        await using FrontDoor gateway = await FrontDoor.StartAsync(options => options with { Certificates = both.Get }, FrontDoor.Listen("ssl"));

        await using SslStream modern = await gateway.ConnectTlsAsync("both.test");
        await using SslStream old = await gateway.ConnectTlsAsync("both.test", change: options =>
        {
            options.EnabledSslProtocols = SslProtocols.Tls12;
            options.CipherSuitesPolicy = new CipherSuitesPolicy([TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]);
        });

        Assert.Equal("1.2.840.10045.2.1", modern.RemoteCertificate!.GetKeyAlgorithm());
        Assert.Equal("1.2.840.113549.1.1.1", old.RemoteCertificate!.GetKeyAlgorithm());
    }

    [Fact]
    public async Task A_client_hello_in_many_small_pieces_is_put_together()
    {
        await using FrontDoor gateway = await FrontDoor.StartAsync(Answers.Describe, FrontDoor.Listen("ssl"));
        await using SslStream client = await FrontDoor.SecureAsync(new SlowStream(await gateway.ConnectAsync()), "api.test");

        Assert.Equal("CN=api.test", FrontDoor.Subject(client));
        Assert.Contains("line GET", await FrontDoor.AskAsync(client, Get), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Alpn_offers_http2_on_every_listener_as_soon_as_one_has_it()
    {
        await using FrontDoor gateway = await FrontDoor.StartAsync(Answers.Describe, FrontDoor.Listen("http2"), FrontDoor.Listen("ssl"));
        await using SslStream client = await gateway.ConnectTlsAsync("api.test", 1, Offer);
        Assert.Equal(SslApplicationProtocol.Http2, client.NegotiatedApplicationProtocol);

        await using FrontDoor without = await FrontDoor.StartAsync(Answers.Describe, FrontDoor.Listen("ssl"));
        await using SslStream other = await without.ConnectTlsAsync("api.test", 0, Offer);
        Assert.Equal(SslApplicationProtocol.Http11, other.NegotiatedApplicationProtocol);

        static void Offer(SslClientAuthenticationOptions options) =>
            options.ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11];
    }

    [Fact]
    public async Task A_session_is_resumed()
    {
        await using FrontDoor gateway = await FrontDoor.StartAsync(Answers.Describe, FrontDoor.Listen("ssl"));
        var options = new SslClientAuthenticationOptions
        {
            // A name of its own: the client keeps sessions by name for the whole process.
            TargetHost = $"resume-{Guid.NewGuid():N}.wild.test",
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
        };
        var received = new long[2];
        for (var i = 0; i < received.Length; i++)
        {
            var counting = new CountingStream(await gateway.ConnectAsync());
            await using var client = new SslStream(counting);
            await client.AuthenticateAsClientAsync(options);
            await FrontDoor.AskAsync(client, Get);
            received[i] = counting.BytesRead;
        }

        // A resumed handshake carries no certificate.
        Assert.True(received[1] < received[0] - 200, $"{received[0]} bytes, then {received[1]}");
    }

    [Fact]
    public async Task Http_in_clear_on_a_tls_port_comes_to_the_pipeline_as_rejected_and_the_connection_ends()
    {
        await using FrontDoor gateway = await FrontDoor.StartAsync(Answers.Describe, FrontDoor.Listen("ssl"));
        await using Stream client = await gateway.ConnectAsync();

        string answer = await FrontDoor.AskAsync(client, Get);

        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.Contains("rejection PlainHttpOnTlsPort\n", answer, StringComparison.Ordinal);
        Assert.Equal(0, await client.ReadAsync(new byte[1]));
    }

    [Theory]
    [InlineData(new byte[] { 0x80, 0x2E, 0x01 })]
    [InlineData(new byte[] { 0x16, 0x03, 0x01, 0xFF, 0xFF, 0x01 })]
    [InlineData(new byte[] { 0x16, 0x03, 0x01, 0x00, 0x04, 0x01, 0xFF, 0xFF, 0xFF })]
    [InlineData(new byte[] { 0x16, 0x09, 0x01, 0x00, 0x04, 0x01, 0x00, 0x00, 0x00 })]
    [InlineData(new byte[] { 0x16, 0x03, 0x01, 0x00, 0x04, 0x02, 0x00, 0x00, 0x00 })]
    public async Task A_mangled_hello_ends_the_connection(byte[] hello)
    {
        await using FrontDoor gateway = await FrontDoor.StartAsync(Answers.Describe, FrontDoor.Listen("ssl"));
        await using Stream client = await gateway.ConnectAsync();
        await client.WriteAsync(hello);
        Assert.True(await EndsAsync(client));
    }

    [Fact]
    public async Task The_certificate_phase_may_ask_for_a_client_certificate_and_change_what_is_shown()
    {
        await using FrontDoor gateway = await FrontDoor.StartAsync(
            options => options with
            {
                OnHandshake = handshake =>
                {
                    handshake.RequestClientCertificate = handshake.ServerName == "mtls.test";
                    handshake.Certificates = TestCertificates.Index("phase.test").Find("phase.test").Set;
                    return default;
                },
            },
            FrontDoor.Listen("ssl"));
        var own = Gibbon.Certificates.LoadedCertificate.Load(TestCertificates.For("client.test"), out _)!;
        await using SslStream client = await gateway.ConnectTlsAsync("mtls.test", change: options => options.ClientCertificateContext = own.Context);

        string answer = await FrontDoor.AskAsync(client, Get);

        Assert.Equal("CN=phase.test", FrontDoor.Subject(client));
        Assert.Contains("tls Tls13 mtls.test CN=client.test\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_without_a_usable_certificate_fails_the_handshake_and_no_other()
    {
        var builder = TestCertificates.Index("good.test").ToBuilder();
        builder.SetName("bad.test", Guid.NewGuid());
        var index = builder.Build();
        await using FrontDoor gateway = await FrontDoor.StartAsync(options => options with { Certificates = () => index }, FrontDoor.Listen("ssl"));

        await Assert.ThrowsAnyAsync<IOException>(() => gateway.ConnectTlsAsync("bad.test"));
        await using SslStream good = await gateway.ConnectTlsAsync("good.test");
        Assert.Equal("CN=good.test", FrontDoor.Subject(good));
    }

    [Fact]
    public async Task The_proxy_protocol_comes_before_the_request()
    {
        await using FrontDoor gateway = await FrontDoor.StartAsync(Answers.Describe, FrontDoor.Listen("proxy_protocol"));
        await using Stream client = await gateway.ConnectAsync();
        string answer = await FrontDoor.AskAsync(client, "PROXY TCP4 192.0.2.7 198.51.100.2 5000 80\r\n" + Get);
        Assert.Contains("proxy 192.0.2.7:5000\n", answer, StringComparison.Ordinal);
        Assert.Contains("remote 127.0.0.1\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_proxy_protocol_comes_before_tls()
    {
        await using FrontDoor gateway = await FrontDoor.StartAsync(Answers.Describe, FrontDoor.Listen("ssl proxy_protocol"));
        byte[] header = ProxyProtocolParserTests.Binary(0x21, 0x11, [192, 0, 2, 1, 198, 51, 100, 2, 0x13, 0x88, 0x01, 0xBB]);
        await using SslStream client = await gateway.ConnectTlsAsync("api.test", before: header);
        string answer = await FrontDoor.AskAsync(client, Get);
        Assert.Contains("proxy 192.0.2.1:5000\n", answer, StringComparison.Ordinal);
        Assert.Equal("CN=api.test", FrontDoor.Subject(client));
    }

    [Theory]
    [InlineData("")]
    [InlineData("PROXY TCP4 192.0.2.7\r\n")]
    public async Task A_connection_without_the_proxy_header_it_owes_is_closed_without_a_word(string start)
    {
        await using FrontDoor gateway = await FrontDoor.StartAsync(Answers.Describe, FrontDoor.Listen("proxy_protocol"));
        await using Stream client = await gateway.ConnectAsync();
        await client.WriteAsync(Encoding.ASCII.GetBytes(start + Get));
        Assert.True(await EndsAsync(client));
        Assert.Equal(0, gateway.Listeners.Counters.Total);
    }

    [Theory]
    [InlineData("ssl")]
    [InlineData("proxy_protocol")]
    [InlineData("http2")]
    public async Task A_silent_client_is_cut_after_the_header_timeout(string flags)
    {
        await using FrontDoor gateway = await FrontDoor.StartAsync(
            options => options with { Http = new Http1Settings { ClientHeaderTimeout = 200 } },
            FrontDoor.Listen(flags));
        await using Stream client = await gateway.ConnectAsync();
        Assert.True(await EndsAsync(client));
    }

    [Fact]
    public async Task Counters_tell_what_connections_do()
    {
        var release = new TaskCompletionSource();
        await using FrontDoor gateway = await FrontDoor.StartAsync(
            async exchange =>
            {
                await release.Task;
                await Answers.Describe(exchange);
            },
            FrontDoor.Listen());
        ConnectionCounters counters = gateway.Listeners.Counters;
        await using Stream silent = await gateway.ConnectAsync();
        Stream busy = await gateway.ConnectAsync();
        await busy.WriteAsync(Encoding.ASCII.GetBytes(Get));

        await Until(() => counters is { Active: 2, Reading: 1, Writing: 1, Waiting: 0, Accepted: 2, Handled: 2, Total: 1 });
        release.SetResult();
        await FrontDoor.ReadAnswerAsync(busy);
        await Until(() => counters is { Reading: 1, Writing: 0, Waiting: 1 });
        await busy.DisposeAsync();
        await Until(() => counters is { Active: 1, Waiting: 0, Reading: 1 });
    }

    [Fact]
    public async Task A_graceful_end_closes_idle_connections_and_lets_requests_finish()
    {
        var release = new TaskCompletionSource();
        await using FrontDoor gateway = await FrontDoor.StartAsync(
            async exchange =>
            {
                if (exchange.Request.Target.EndsWith("slow"u8)) await release.Task;
                await Answers.Describe(exchange);
            },
            FrontDoor.Listen("http2"));
        await using Stream fresh = await gateway.ConnectAsync();
        await using Stream idle = await gateway.ConnectAsync();
        await FrontDoor.AskAsync(idle, Get);
        await using Stream busy = await gateway.ConnectAsync();
        await busy.WriteAsync(Encoding.ASCII.GetBytes(Get.Replace("/path", "/slow", StringComparison.Ordinal)));
        await Until(() => gateway.Listeners.Counters is { Total: 2, Writing: 1, Waiting: 1, Active: 3 });

        Task closing = gateway.Listeners.CloseAsync(Timeout.InfiniteTimeSpan);

        Assert.True(await EndsAsync(idle));
        Assert.True(await EndsAsync(fresh));
        Assert.False(closing.IsCompleted);
        await Assert.ThrowsAnyAsync<System.Net.Sockets.SocketException>(() => gateway.ConnectAsync());
        release.SetResult();
        string answer = await FrontDoor.ReadAnswerAsync(busy);
        Assert.Contains("Connection: close", answer, StringComparison.OrdinalIgnoreCase);
        await closing.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_graceful_end_does_not_wait_longer_than_its_grace()
    {
        var never = new TaskCompletionSource();
        await using FrontDoor gateway = await FrontDoor.StartAsync(async _ => await never.Task.WaitAsync(TimeSpan.FromSeconds(2)), FrontDoor.Listen());
        await using Stream busy = await gateway.ConnectAsync();
        await busy.WriteAsync(Encoding.ASCII.GetBytes(Get));
        await Until(() => gateway.Listeners.Counters.Writing == 1);

        Task closing = gateway.Listeners.CloseAsync(TimeSpan.FromMilliseconds(100));

        Assert.True(await EndsAsync(busy));
        never.SetResult();
        await closing.WaitAsync(TimeSpan.FromSeconds(10));
    }

    internal static async Task Until(Func<bool> condition)
    {
        for (var i = 0; i < 500 && !condition(); i++) await Task.Delay(20);
        Assert.True(condition());
    }

    internal static async Task<bool> EndsAsync(Stream stream)
    {
        try
        {
            return await stream.ReadAsync(new byte[1]).AsTask().WaitAsync(TimeSpan.FromSeconds(10)) == 0;
        }
        catch (IOException)
        {
            return true;
        }
    }

    private sealed class CertificateIndexOf
    {
        private readonly Gibbon.Certificates.CertificateIndex _index;

        public CertificateIndexOf()
        {
            var builder = Gibbon.Certificates.CertificateIndex.Empty.ToBuilder();
            var id = Guid.NewGuid();
            builder.SetCertificate(
                id,
                TestCertificates.For("both.test", Gibbon.Certificates.KeyKind.Rsa),
                TestCertificates.For("both.test", Gibbon.Certificates.KeyKind.EcdsaP256));
            builder.SetName("both.test", id);
            _index = builder.Build();
        }

        public Gibbon.Certificates.CertificateIndex Get() => _index;
    }
}
