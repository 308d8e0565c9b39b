using System.Collections.Immutable;

namespace Gibbon.Proxy.Traffic;

/// <summary>A request as it is kept for people to look at: without secrets, and no longer than its fields allow.</summary>
internal sealed record RecordedRequest
{
    /// <summary>Its place in the order in which requests were recorded; 0 before.</summary>
    public long Number { get; set; }

    /// <summary>The id that the answer carried in <c>X-Kong-Request-Id</c>.</summary>
    public required string Id { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it was recorded: after its last byte.</summary>
    public required DateTimeOffset EndedAt { get; init; }

    public required string ClientIp { get; init; }

    public required string Method { get; init; }

    public required string Scheme { get; init; }

    public required string Protocol { get; init; }

    public required string Host { get; init; }

    /// <summary>Path and query; values that look like credentials are <c>REDACTED</c>.</summary>
    public required string Path { get; init; }

    public required ImmutableArray<(string Name, string Value)> RequestHeaders { get; init; }

    public required long RequestSize { get; init; }

    /// <summary>The status of the answer; 0 when the client left before there was one.</summary>
    public required int Status { get; init; }

    public required ImmutableArray<(string Name, string Value)> ResponseHeaders { get; init; }

    public required long ResponseSize { get; init; }

    /// <summary>Who made the answer: <c>service</c>, <c>exit</c> or <c>error</c>, as <c>kong.response.get_source</c> has it.</summary>
    public required string Source { get; init; }

    /// <summary>The plugin that answered in the service's place; null when none did.</summary>
    public string? AnsweredBy { get; init; }

    public RecordedEntity? Route { get; init; }

    public RecordedEntity? Service { get; init; }

    public RecordedEntity? Consumer { get; init; }

    public RecordedEntity? Upstream { get; init; }

    public required ImmutableArray<RecordedTry> Tries { get; init; }

    public required RecordedLatencies Latencies { get; init; }
}

/// <summary>What an entity was called when the request met it.</summary>
internal sealed record RecordedEntity(Guid Id, string? Name);

/// <summary>A try to reach the service.</summary>
/// <param name="Address">Where.</param>
/// <param name="Target">The target of an upstream that the address belongs to; null without an upstream.</param>
/// <param name="Status">What came back; 0 when nothing did.</param>
/// <param name="Failed">Whether another try, or an error, followed.</param>
internal sealed record RecordedTry(string Address, RecordedEntity? Target, int Status, bool Failed);

/// <summary>Where the time went, in milliseconds.</summary>
/// <param name="Request">From the first byte to the last.</param>
/// <param name="Kong">What the gateway took: until it knew where to, or until it had an answer of its own.</param>
/// <param name="Proxy">What the service took to its first byte; -1 when none was asked.</param>
/// <param name="Receive">What its body took.</param>
/// <param name="Phases">By phase, in the order in which they ran.</param>
/// <param name="Plugins">By plugin and phase, in the order in which they ran.</param>
internal sealed record RecordedLatencies(
    double Request, double Kong, double Proxy, double Receive, ImmutableArray<(string Phase, double Milliseconds)> Phases, ImmutableArray<RecordedPluginTime> Plugins);

/// <summary>What a plugin took in a phase, in milliseconds.</summary>
internal sealed record RecordedPluginTime(string Name, Guid Id, string Phase, double Milliseconds);
