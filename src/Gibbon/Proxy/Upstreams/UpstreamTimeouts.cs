namespace Gibbon.Proxy.Upstreams;

/// <summary>A service's timeouts in milliseconds. Write and read count between two successive operations, not for the whole transfer.</summary>
internal readonly record struct UpstreamTimeouts(int Connect = 60_000, int Write = 60_000, int Read = 60_000);
