using System.Net.Sockets;
using System.Text;
using Gibbon.Pdk;
using Gibbon.Plugins.Shared.Connections;
using Gibbon.Plugins.Shared.Logs;

namespace Gibbon.Plugins.Statsd;

/// <summary>Sends the metrics of requests, in datagrams or over a kept connection.</summary>
/// <param name="Host">The gateway.</param>
/// <param name="Config">Where to, and what.</param>
/// <param name="Workspace">The workspace's id.</param>
/// <param name="Connections">The connections that are kept.</param>
/// <param name="Clock">When the shared dictionaries are due.</param>
readonly record struct StatsdSender(
    PluginHost Host,
    StatsdConfig Config,
    Guid Workspace,
    ConnectionPool<Receiver> Connections,
    DictionaryClock Clock)
{
    static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);
    static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(60);

    /// <summary>Sends a batch.</summary>
    /// <returns>Kong's text of why the server cannot be reached; the queue tries again.</returns>
    public async ValueTask<Result> SendAsync(IReadOnlyList<Traffic> batch, CancellationToken stopping)
    {
        var receiver = new Receiver(Config.Host ?? "", Config.Port ?? 0, Timeout);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        patience.CancelAfter(Timeout);
        try
        {
            return Config.UseTcp is true
                ? await SendTcpAsync(receiver, batch, patience.Token)
                : await SendUdpAsync(receiver, batch, patience.Token);
        }
        catch (OperationCanceledException)
        {
            return Result.Failure($"failed to connect to {receiver}: timeout");
        }
    }

    async ValueTask<Result> SendUdpAsync(Receiver receiver, IReadOnlyList<Traffic> batch, CancellationToken cancellation)
    {
        var opened = await Host.Sockets.OpenUdpAsync(receiver.Host, receiver.Port, cancellation);
        if (!opened.IsOk)
            return Result.Failure($"failed to connect to {receiver}: {opened.Error}");

        using var socket = opened.Value;
        var packets = Packets.Of(Lines(batch), (int)(Config.UdpPacketSize ?? 0), out var tooLong);
        if (tooLong is { } length)
            Host.Logger("statsd").Warn(
                $"configured udp_packet_size is smaller than single message of length {length}, UDP packet may be truncated");

        foreach (var packet in packets)
            try
            {
                await socket.SendAsync(Encoding.UTF8.GetBytes(packet), cancellation);
            }
            catch (SocketException failure)
            {
                Host.Logger("statsd").Err($"failed to send data to {receiver}: {failure.Message}");
            }

        return Result.Ok;
    }

    async ValueTask<Result> SendTcpAsync(Receiver receiver, IReadOnlyList<Traffic> batch, CancellationToken cancellation)
    {
        var connection = await Connections.TakeAsync(receiver);
        if (connection is null)
        {
            var connected = await Host.Sockets.ConnectAsync(receiver.Host, receiver.Port, cancellation: cancellation);
            if (!connected.IsOk)
                return Result.Failure($"failed to connect to {receiver}: {connected.Error}");

            connection = new KeptConnection(connected.Value);
        }

        try
        {
            await connection.WriteAsync(Encoding.UTF8.GetBytes(string.Concat(Lines(batch).Select(static line => line + "\n"))), cancellation);
            Connections.Keep(receiver, connection, KeepAlive, Host.Time);
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException or OperationCanceledException)
        {
            await connection.DisposeAsync();
            Host.Logger("statsd").Err($"failed to send data to {receiver}: {(failure is OperationCanceledException ? "timeout" : failure.Message)}");
        }

        return Result.Ok;
    }

    List<string> Lines(IReadOnlyList<Traffic> batch)
    {
        var lines = new List<string>();
        var writer = new MetricWriter(Host, Config, Workspace, Clock, lines);
        foreach (var traffic in batch)
            writer.Write(traffic);

        return lines;
    }
}
