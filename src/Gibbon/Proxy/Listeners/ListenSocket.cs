using System.Collections.Immutable;
using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using Gibbon.Settings;

namespace Gibbon.Proxy.Listeners;

/// <summary>A socket that listens for one entry of <c>proxy_listen</c>.</summary>
internal sealed class ListenSocket : IDisposable
{
    // nginx's accept queue.
    private const int DefaultBacklog = 511;

    private const string UnixPrefix = "unix:";

    private ListenSocket(ListenAddress address, Socket socket)
    {
        Address = address;
        Socket = socket;
    }

    public ListenAddress Address { get; }

    public Socket Socket { get; }

    /// <summary>Where it listens indeed, with the port that the system gave for port 0.</summary>
    public EndPoint LocalEndPoint => Socket.LocalEndPoint!;

    /// <summary>Opens every address (a host name may stand for several sockets) or none: on a failure those opened already are closed.</summary>
    public static ImmutableArray<ListenSocket> OpenAll(IEnumerable<ListenAddress> addresses, out ListenFailure? failure)
    {
        var open = ImmutableArray.CreateBuilder<ListenSocket>();
        failure = null;
        foreach (ListenAddress address in addresses)
        {
            try
            {
                foreach (EndPoint endPoint in Resolve(address)) open.Add(new ListenSocket(address, Listen(endPoint, address)));
            }
            catch (Exception e) when (e is SocketException or ArgumentException or UnauthorizedAccessException or IOException)
            {
                failure = new ListenFailure(IsUnix(address) ? address.Address : address.ToString(), ReasonOf(e));
                foreach (ListenSocket socket in open) socket.Dispose();
                return [];
            }
        }

        return open.ToImmutable();
    }

    public void Dispose()
    {
        string? path = IsUnix(Address) ? Address.Address[UnixPrefix.Length..] : null;
        Socket.Dispose();
        if (path is not null) File.Delete(path);
    }

    private static bool IsUnix(ListenAddress address) => address.Address.StartsWith(UnixPrefix, StringComparison.Ordinal);

    private static string ReasonOf(Exception e) => e is SocketException socket ? new Win32Exception(socket.NativeErrorCode).Message : e.Message;

    private static IEnumerable<EndPoint> Resolve(ListenAddress address)
    {
        if (IsUnix(address)) return [new UnixDomainSocketEndPoint(address.Address[UnixPrefix.Length..])];
        if (address.Address == "*") return [new IPEndPoint(IPAddress.Any, address.Port)];
        if (IPAddress.TryParse(address.Address, out IPAddress? ip)) return [new IPEndPoint(ip, address.Port)];

        return System.Net.Dns.GetHostAddresses(address.Address).Select(found => new IPEndPoint(found, address.Port));
    }

    private static Socket Listen(EndPoint endPoint, ListenAddress address)
    {
        if (address.Udp) return ListenForDatagrams(endPoint, address);

        bool unix = endPoint is UnixDomainSocketEndPoint;
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, unix ? ProtocolType.Unspecified : ProtocolType.Tcp);
        try
        {
            if (!unix) SetOptions(socket, address);
            if (unix) RemoveAbandoned(endPoint, address);
            socket.Bind(endPoint);
            socket.Listen(address.Backlog ?? DefaultBacklog);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static Socket ListenForDatagrams(EndPoint endPoint, ListenAddress address)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            if (socket.AddressFamily == AddressFamily.InterNetworkV6) socket.DualMode = address.Ipv6Only == false;
            if (address.Reuseport && OperatingSystem.IsLinux()) SetRaw(socket, level: 1, name: 15);
            socket.Bind(endPoint);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // Accepted sockets inherit what is set here, which saves a system call for each of them.
    private static void SetOptions(Socket socket, ListenAddress address)
    {
        socket.NoDelay = true;
        if (socket.AddressFamily == AddressFamily.InterNetworkV6) socket.DualMode = address.Ipv6Only == false;
        if (address.SoKeepalive is { } keepalive)
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, keepalive.Enabled);
            Set(SocketOptionName.TcpKeepAliveTime, keepalive.Idle?.TotalSeconds);
            Set(SocketOptionName.TcpKeepAliveInterval, keepalive.Interval?.TotalSeconds);
            Set(SocketOptionName.TcpKeepAliveRetryCount, keepalive.Count);
        }

        if (!OperatingSystem.IsLinux()) return;
        if (address.Reuseport) SetRaw(socket, level: 1, name: 15);
        if (address.Deferred) SetRaw(socket, level: 6, name: 9);

        void Set(SocketOptionName name, double? value)
        {
            if (value is { } number) socket.SetSocketOption(SocketOptionLevel.Tcp, name, (int)number);
        }
    }

    // SO_REUSEPORT and TCP_DEFER_ACCEPT have no name in .NET.
    private static void SetRaw(Socket socket, int level, int name) => socket.SetRawSocketOption(level, name, BitConverter.GetBytes(1));

    // A process that was killed leaves its socket file behind; one that still answers keeps it.
    private static void RemoveAbandoned(EndPoint endPoint, ListenAddress address)
    {
        string path = address.Address[UnixPrefix.Length..];
        if (!File.Exists(path)) return;

        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(endPoint);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            File.Delete(path);
        }
    }
}
