using Gibbon.Pdk.Schemas;

namespace Gibbon.Pdk.Entities;

/// <summary>How it is found out which targets work.</summary>
public sealed record Healthchecks
{
    /// <summary>By asking them.</summary>
    public ActiveHealthcheck Active { get; init; } = new();

    /// <summary>By watching the requests they answer.</summary>
    public PassiveHealthcheck Passive { get; init; } = new();

    /// <summary>The least percentage of the weight that must work for the upstream itself to count as working.</summary>
    [Between(0, 100)]
    public double? Threshold { get; init; } = 0;
}

/// <summary>Asking the targets.</summary>
public sealed record ActiveHealthcheck
{
    /// <summary>The path that is asked for.</summary>
    [Path]
    public string? HttpPath { get; init; } = "/";

    /// <summary>The TLS server name.</summary>
    [Sni, Optional]
    public string? HttpsSni { get; init; }

    /// <summary>Whether the target's certificate is verified.</summary>
    public bool HttpsVerifyCertificate { get; init; } = true;

    /// <summary>When a target counts as working again.</summary>
    public ActiveHealthy Healthy { get; init; } = new();

    /// <summary>When a target counts as not working.</summary>
    public ActiveUnhealthy Unhealthy { get; init; } = new();

    /// <summary>How many targets are asked at once.</summary>
    [Between(1, 2147483648)]
    public long? Concurrency { get; init; } = 10;

    /// <summary>The protocol it is done with.</summary>
    public HealthcheckType? Type { get; init; } = HealthcheckType.Http;

    /// <summary>Headers of the request.</summary>
    [HeaderName(On = Part.Keys), Optional]
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Headers { get; init; }

    /// <summary>The time a target has to answer, in seconds.</summary>
    [Between(0, 65535)]
    public double? Timeout { get; init; } = 1;
}

/// <summary>When a target that is asked counts as working again.</summary>
public sealed record ActiveHealthy
{
    /// <summary>Seconds between two questions to a working target; 0 asks none.</summary>
    [Between(0, 65535)]
    public double? Interval { get; init; } = 0;

    /// <summary>The statuses that are a success.</summary>
    [Between(100, 999)]
    public IReadOnlyList<int>? HttpStatuses { get; init; } = [200, 302];

    /// <summary>How many successes make it work; 0 switches the check off.</summary>
    [Between(0, 255)]
    public int? Successes { get; init; } = 0;
}

/// <summary>When a target that is asked counts as not working.</summary>
public sealed record ActiveUnhealthy
{
    /// <summary>Seconds between two questions to a target that does not work; 0 asks none.</summary>
    [Between(0, 65535)]
    public double? Interval { get; init; } = 0;

    /// <summary>The statuses that are a failure.</summary>
    [Between(100, 999)]
    public IReadOnlyList<int>? HttpStatuses { get; init; } = [429, 404, 500, 501, 502, 503, 504, 505];

    /// <summary>How many failures by status make it fail; 0 switches the check off.</summary>
    [Between(0, 255)]
    public int? HttpFailures { get; init; } = 0;

    /// <summary>How many timeouts make it fail; 0 switches the check off.</summary>
    [Between(0, 255)]
    public int? Timeouts { get; init; } = 0;

    /// <summary>How many failures to connect make it fail; 0 switches the check off.</summary>
    [Between(0, 255)]
    public int? TcpFailures { get; init; } = 0;
}

/// <summary>Watching the requests the targets answer.</summary>
public sealed record PassiveHealthcheck
{
    /// <summary>When a target counts as working.</summary>
    public PassiveHealthy Healthy { get; init; } = new();

    /// <summary>The protocol that is watched.</summary>
    public HealthcheckType? Type { get; init; } = HealthcheckType.Http;

    /// <summary>When a target counts as not working.</summary>
    public PassiveUnhealthy Unhealthy { get; init; } = new();
}

/// <summary>When a target that is watched counts as working.</summary>
public sealed record PassiveHealthy
{
    /// <summary>How many successes make it work; 0 switches the check off.</summary>
    [Between(0, 255)]
    public int? Successes { get; init; } = 0;

    /// <summary>The statuses that are a success.</summary>
    [Between(100, 999)]
    public IReadOnlyList<int>? HttpStatuses { get; init; } =
        [200, 201, 202, 203, 204, 205, 206, 207, 208, 226, 300, 301, 302, 303, 304, 305, 306, 307, 308];
}

/// <summary>When a target that is watched counts as not working.</summary>
public sealed record PassiveUnhealthy
{
    /// <summary>How many timeouts make it fail; 0 switches the check off.</summary>
    [Between(0, 255)]
    public int? Timeouts { get; init; } = 0;

    /// <summary>The statuses that are a failure.</summary>
    [Between(100, 999)]
    public IReadOnlyList<int>? HttpStatuses { get; init; } = [429, 500, 503];

    /// <summary>How many failures by status make it fail; 0 switches the check off.</summary>
    [Between(0, 255)]
    public int? HttpFailures { get; init; } = 0;

    /// <summary>How many failures to connect make it fail; 0 switches the check off.</summary>
    [Between(0, 255)]
    public int? TcpFailures { get; init; } = 0;
}

/// <summary>The protocol a health check is done with.</summary>
public enum HealthcheckType
{
    /// <summary>A connection is enough.</summary>
    Tcp,

    /// <summary>A request in clear.</summary>
    Http,

    /// <summary>A request over TLS.</summary>
    Https,

    /// <summary>A gRPC call in clear.</summary>
    Grpc,

    /// <summary>A gRPC call over TLS.</summary>
    Grpcs,
}
