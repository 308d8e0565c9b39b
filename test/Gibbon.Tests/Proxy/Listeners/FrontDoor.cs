using System.Collections.Immutable;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Gibbon.Certificates;
using Gibbon.Proxy.Listeners;
using Gibbon.Proxy.Messages;
using Gibbon.Settings;
using Gibbon.Tests.Certificates;

namespace Gibbon.Tests.Proxy.Listeners;

/// <summary>Real listeners on ports of the system's choice, in front of a handler that a test gives.</summary>
internal sealed class FrontDoor : IAsyncDisposable
{
    private FrontDoor(ProxyListeners listeners) => Listeners = listeners;

    public ProxyListeners Listeners { get; }

    public static TlsSettings Tls { get; } = new()
    {
        Protocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        Ciphers = string.Empty,
        CipherSuites = [],
        PreferServerCiphers = false,
        SessionTickets = true,
        SessionTimeout = TimeSpan.FromDays(1),
        SessionCacheSize = 10 << 20,
        Proxy = [],
        Admin = [],
        Status = [],
        Manager = [],
        Client = null,
        TrustedCertificates = [],
        VerifyDepth = 1,
        ClientProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
    };

    public static Task<FrontDoor> StartAsync(Func<Downstream, ValueTask> handler, params ListenAddress[] addresses) =>
        StartAsync(options => options with { Handler = new Handler(handler) }, addresses);

    public static async Task<FrontDoor> StartAsync(Func<ProxyListenerOptions, ProxyListenerOptions> change, params ListenAddress[] addresses)
    {
        CertificateIndex certificates = TestCertificates.Index("api.test", "*.wild.test");
        var options = new ProxyListenerOptions
        {
            Addresses = [.. addresses],
            Tls = Tls,
            Certificates = () => certificates,
            Handler = new Handler(Answers.Describe),
        };
        ProxyListeners? listeners = ProxyListeners.Open(change(options), out ListenFailure? failure);
        Assert.Null(failure);
        await listeners!.StartAsync();
        return new FrontDoor(listeners);
    }

    /// <summary>An address on a port of the system's choice, with flags as in <c>proxy_listen</c>.</summary>
    public static ListenAddress Listen(string flags = "") => new()
    {
        Address = "127.0.0.1",
        Port = 0,
        Text = "127.0.0.1:0 " + flags,
        Ssl = flags.Contains("ssl", StringComparison.Ordinal),
        Http2 = flags.Contains("http2", StringComparison.Ordinal),
        ProxyProtocol = flags.Contains("proxy_protocol", StringComparison.Ordinal),
        Reuseport = flags.Contains("reuseport", StringComparison.Ordinal),
        Deferred = flags.Contains("deferred", StringComparison.Ordinal),
    };

    public int Port(int listener = 0) => ((IPEndPoint)Listeners.EndPoints[listener]).Port;

    public async Task<Stream> ConnectAsync(int listener = 0)
    {
        var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(IPAddress.Loopback, Port(listener));
        return client.GetStream();
    }

    public async Task<SslStream> ConnectTlsAsync(string? name, int listener = 0, Action<SslClientAuthenticationOptions>? change = null, byte[]? before = null)
    {
        Stream stream = await ConnectAsync(listener);
        if (before is not null) await stream.WriteAsync(before);
        return await SecureAsync(stream, name, change);
    }

    public static async Task<SslStream> SecureAsync(Stream stream, string? name, Action<SslClientAuthenticationOptions>? change = null)
    {
        var tls = new SslStream(stream);
        var options = new SslClientAuthenticationOptions { TargetHost = name, RemoteCertificateValidationCallback = (_, _, _, _) => true };
        change?.Invoke(options);
        await tls.AuthenticateAsClientAsync(options);
        return tls;
    }

    public static string? Subject(SslStream tls) => (tls.RemoteCertificate as X509Certificate2)?.Subject;

    /// <summary>Sends a request and reads until the answer's body is there or the connection ends.</summary>
    public static async Task<string> AskAsync(Stream stream, string request)
    {
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        return await ReadAnswerAsync(stream);
    }

    public static async Task<string> ReadAnswerAsync(Stream stream)
    {
        var text = new StringBuilder();
        var buffer = new byte[16 * 1024];
        while (true)
        {
            int count = await stream.ReadAsync(buffer).AsTask().WaitAsync(TimeSpan.FromSeconds(20));
            if (count == 0) return text.ToString();

            text.Append(Encoding.Latin1.GetString(buffer, 0, count));
            var so_far = text.ToString();
            int end = so_far.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            int length = so_far.IndexOf("Content-Length: ", StringComparison.OrdinalIgnoreCase);
            if (end < 0 || length < 0 || length > end) continue;

            int announced = int.Parse(so_far[(length + 16)..so_far.IndexOf('\r', length)], System.Globalization.CultureInfo.InvariantCulture);
            if (so_far.Length >= end + 4 + announced) return so_far;
        }
    }

    public async ValueTask DisposeAsync() => await Listeners.DisposeAsync();

    internal sealed class Handler(Func<Downstream, ValueTask> handle) : IExchangeHandler
    {
        public ValueTask HandleAsync(Downstream exchange) => handle(exchange);
    }
}
