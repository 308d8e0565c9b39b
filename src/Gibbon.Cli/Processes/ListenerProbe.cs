using System.Net;
using System.Net.Sockets;
using Gibbon.Settings;

namespace Gibbon.Cli.Processes;

/// <summary>Binds every address for a moment, so that a port in use is one line of <c>start</c>, with the name of its setting.</summary>
internal static class ListenerProbe
{
    /// <returns>What cannot be listened on and why; null when all can.</returns>
    public static string? Run(ListenerSettings listeners)
    {
        var groups = new (string Setting, IEnumerable<ListenAddress> Addresses)[]
        {
            ("proxy_listen", listeners.Proxy), ("stream_listen", listeners.Stream), ("admin_listen", listeners.Admin),
            ("status_listen", listeners.Status), ("admin_gui_listen", listeners.Manager), ("cluster_listen", listeners.Cluster),
        };
        var sockets = new List<Socket>();
        try
        {
            foreach (var (setting, addresses) in groups)
            {
                foreach (var address in addresses.Where(address => address.Port != 0))
                {
                    if (Bind(address, sockets) is { } problem)
                        return $"{setting}: {problem}";
                }
            }

            return null;
        }
        finally
        {
            sockets.ForEach(socket => socket.Dispose());
        }
    }

    private static string? Bind(ListenAddress address, List<Socket> sockets)
    {
        try
        {
            foreach (var ip in IPAddress.TryParse(address.Address, out var literal) ? [literal] : System.Net.Dns.GetHostAddresses(address.Address))
            {
                var socket = address.Udp
                    ? new Socket(ip.AddressFamily, SocketType.Dgram, ProtocolType.Udp)
                    : new Socket(ip.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                sockets.Add(socket);
                if (ip.AddressFamily is AddressFamily.InterNetworkV6)
                    socket.DualMode = address.Ipv6Only is false;
                socket.Bind(new IPEndPoint(ip, address.Port));
                if (!address.Udp)
                    socket.Listen(1);
            }

            return null;
        }
        catch (SocketException exception)
        {
            // nginx's words: people and scripts look for them.
            var reason = exception.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => "98: Address already in use",
                SocketError.AccessDenied => "13: Permission denied",
                SocketError.AddressNotAvailable => "99: Cannot assign requested address",
                _ => exception.Message,
            };
            return $"bind() to {address} failed ({reason})";
        }
    }
}
