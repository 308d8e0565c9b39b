using System.Net;
using System.Net.Sockets;
using Gibbon.Dns;

namespace Gibbon.Balancing;

/// <summary>One address that a target stands for.</summary>
/// <param name="Address">The address.</param>
/// <param name="Port">Its port: the record's own (SRV), else the target's.</param>
/// <param name="Weight">Its own weight (SRV); null for the target's, which each of its addresses has in full.</param>
/// <param name="Name">The host that an SRV record names; null for other records.</param>
internal readonly record struct TargetRecord(IPAddress Address, int Port, int? Weight = null, string? Name = null);

/// <summary>What a target's name was last resolved to.</summary>
/// <param name="Items">The addresses; none when the look-up failed.</param>
/// <param name="Source">What Kong calls <c>dns</c>: the type of the records, or the resolver's error.</param>
/// <param name="Error">Why there are none.</param>
internal sealed record TargetRecords(TargetRecord[] Items, string Source, string? Error)
{
    /// <summary>The records of a target that is an address.</summary>
    public static TargetRecords OfLiteral(IPAddress address, int port) => new([new TargetRecord(address, port)], TypeOf(address), null);

    /// <summary>Takes an answer of the resolver.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="port">The target's port.</param>
    public static TargetRecords Of(Resolution answer, int port) => answer.Error is { } error
        ? new TargetRecords([], error, error)
        : new TargetRecords(Array.ConvertAll(answer.Addresses, address => new TargetRecord(address, port)), TypeOf(answer.Addresses[0]), null);

    /// <summary>
    /// Takes an answer of SRV records: those of the lowest priority, with ports and weights of their own. The weight of a host with several
    /// addresses is shared among them.
    /// </summary>
    public static async Task<TargetRecords> OfServicesAsync(Resolution answer, int port, Resolver resolver)
    {
        List<TargetRecord> items = [];
        string? error = null;
        int lowest = answer.Services.Min(static service => service.Priority);
        foreach (SrvRecord service in answer.Services.Where(service => service.Priority == lowest))
        {
            Resolution host = await resolver.ResolveAsync(service.Target).ConfigureAwait(false);
            error ??= host.Error ?? (host.Addresses.Length == 0 ? "recursion detected" : null);
            foreach (IPAddress address in host.Addresses)
            {
                items.Add(new TargetRecord(
                    address, service.Port == 0 ? port : service.Port, Math.Max(1, service.Weight / host.Addresses.Length), service.Target));
            }
        }

        return new TargetRecords([.. items], items.Count > 0 ? "SRV" : error!, items.Count > 0 ? null : error);
    }

    /// <summary>Whether the two say the same.</summary>
    public bool Matches(TargetRecords? other) =>
        other is not null && Source == other.Source && Items.AsSpan().SequenceEqual(other.Items);

    private static string TypeOf(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? "AAAA" : "A";
}
