using System.Net;
using System.Net.Sockets;

namespace Gibbon.Loopback;

/// <summary>
/// Ports for programs that have to be told theirs before they start. They lie below those that the operating system gives to connections and for port 0, so that nobody
/// comes upon them between the choice and the start; only another such choice could, among twelve thousand.
/// </summary>
internal static class FreePorts
{
    private const int Lowest = 20_000;
    private const int Highest = 32_000;

    public static int One()
    {
        while (true)
        {
            int port = Random.Shared.Next(Lowest, Highest);
            if (IsFree(port))
            {
                return port;
            }
        }
    }

    public static int[] Take(int count)
    {
        HashSet<int> ports = [];
        while (ports.Count < count)
        {
            ports.Add(One());
        }

        return [.. ports];
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var connections = new TcpListener(IPAddress.Any, port);
            connections.Start();
            using var datagrams = new UdpClient(new IPEndPoint(IPAddress.Any, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
