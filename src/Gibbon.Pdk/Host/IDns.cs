using System.Net;

namespace Gibbon.Pdk;

/// <summary>Names to addresses, as the gateway resolves those of its services. Kong's <c>kong.dns</c>.</summary>
public interface IDns
{
    /// <summary>One address and port of a name; turns are taken between several. SRV records give the port.</summary>
    /// <param name="host">A name or an address.</param>
    /// <param name="port">The port, if no record says one.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    /// <returns>Where to connect, or Kong's text of why it cannot be known.</returns>
    ValueTask<Result<IPEndPoint>> ToIpAsync(string host, int port, CancellationToken cancellation = default);

    /// <summary>Every address of a name.</summary>
    /// <param name="host">A name or an address.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    /// <returns>The addresses, or Kong's text of why they cannot be known.</returns>
    ValueTask<Result<IReadOnlyList<IPAddress>>> ResolveAsync(string host, CancellationToken cancellation = default);
}
