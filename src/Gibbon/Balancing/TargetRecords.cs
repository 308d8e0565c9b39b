using System.Net;
using System.Net.Sockets;
using Gibbon.Dns;

namespace Gibbon.Balancing;

/// <summary>One address that a target stands for.</summary>
/// <param name="Address">The address.</param>
/// <param name="Port">Its port: the record's own (SRV), else the target's.</param>
/// <param name="Weight">Its weight: the record's own (SRV), else the target's.</param>
internal readonly record struct TargetRecord(IPAddress Address, int Port, int Weight);

/// <summary>What a target's name was last resolved to.</summary>
/// <param name="Items">The addresses; none when the look-up failed.</param>
/// <param name="Source">What Kong calls <c>dns</c>: the type of the records, or the resolver's error.</param>
/// <param name="Error">Why there are none.</param>
internal sealed record TargetRecords(TargetRecord[] Items, string Source, string? Error)
{
    /// <summary>The records of a target that is an address.</summary>
    public static TargetRecords OfLiteral(IPAddress address, int port, int weight) => new([new TargetRecord(address, port, weight)], TypeOf(address), null);

    /// <summary>Takes an answer of the resolver.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="port">The target's port.</param>
    /// <param name="weight">The target's weight: each address has all of it.</param>
    public static TargetRecords Of(in Resolution answer, int port, int weight) => answer.Error is { } error
        ? new TargetRecords([], error, error)
        : new TargetRecords(Array.ConvertAll(answer.Addresses, address => new TargetRecord(address, port, weight)), TypeOf(answer.Addresses[0]), null);

    /// <summary>Whether the two say the same.</summary>
    public bool Matches(TargetRecords? other) =>
        other is not null && Source == other.Source && Items.AsSpan().SequenceEqual(other.Items);

    private static string TypeOf(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? "AAAA" : "A";
}
