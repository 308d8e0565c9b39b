using System.Net;

namespace Gibbon.Dns;

/// <summary>Where a service is, as an SRV record says it.</summary>
/// <param name="Priority">Only the records of the lowest are used.</param>
/// <param name="Weight">As the server gave it; 0 counts as the least weight there is.</param>
/// <param name="Port">The port; 0 leaves the one that was asked for.</param>
/// <param name="Target">The host: a name, lower case and without a final dot, or an address.</param>
internal sealed record SrvRecord(ushort Priority, ushort Weight, ushort Port, string Target)
{
    private IPEndPoint? _endPoint;

    /// <summary>The target as an address; null when it is a name.</summary>
    public IPAddress? Address { get; } = AddressLiteral.Parse(Target);

    /// <summary>Where to connect when the target is an address; null when it is a name.</summary>
    /// <param name="port">The port that was asked for.</param>
    public IPEndPoint? EndPoint(int port)
    {
        if (Address is null)
        {
            return null;
        }

        int used = Port == 0 ? port : Port;
        return _endPoint?.Port == used ? _endPoint : _endPoint = new IPEndPoint(Address, used);
    }
}
