using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;

namespace Gibbon.Plugins.Sinks;

/// <summary>Receives lines over TCP, or over TLS.</summary>
sealed class LineSink : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly Channel<(string Line, int Connection, string? ServerName)> arrivals = Channel.CreateUnbounded<(string, int, string?)>();
    readonly List<TcpClient> clients = [];
    readonly X509Certificate2? certificate;
    readonly Task accepting;
    int accepted;

    public LineSink(X509Certificate2? certificate = null)
    {
        this.certificate = certificate;
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>The next line, the number of the connection it came over, and the name that the TLS client asked for.</summary>
    public async Task<(string Line, int Connection, string? ServerName)> NextAsync() =>
        await arrivals.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    /// <summary>Closes the connections there are.</summary>
    public void Hang()
    {
        lock (clients)
            clients.ForEach(client => client.Close());
    }

    public async ValueTask DisposeAsync()
    {
        listener.Stop();
        Hang();
        await accepting;
    }

    async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync();
                lock (clients)
                    clients.Add(client);

                _ = ReadAsync(client, ++accepted);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The sink is being disposed.
        }
    }

    async Task ReadAsync(TcpClient client, int number)
    {
        try
        {
            Stream stream = client.GetStream();
            string? name = null;
            if (certificate is not null)
            {
                var tls = new SslStream(stream);
                await tls.AuthenticateAsServerAsync(certificate);
                (stream, name) = (tls, tls.TargetHostName);
            }

            using var reader = new StreamReader(stream);
            while (await reader.ReadLineAsync() is { } line)
                arrivals.Writer.TryWrite((line, number, name));
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // Closed, by one side or the other.
        }
    }
}
