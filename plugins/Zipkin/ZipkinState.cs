using Gibbon.Plugins.Shared.Propagation;

namespace Gibbon.Plugins.Zipkin;

/// <summary>What the plugin remembers of a request.</summary>
sealed class ZipkinState
{
    /// <summary>The request's span; <c>null</c> until the first phase.</summary>
    public ZipkinSpan? Request { get; set; }

    /// <summary>The span of passing it on.</summary>
    public ZipkinSpan? Proxy { get; set; }

    /// <summary>What the client said of the trace.</summary>
    public TraceContext Trace { get; set; } = new();

    /// <summary>In which format it said so.</summary>
    public TraceFormat? Found { get; set; }

    /// <summary>Whether the spans are sent.</summary>
    public bool IsSampled { get; set; }

    /// <summary>Whether a piece of the response's body has come.</summary>
    public bool HasBody { get; set; }

    /// <summary>When the head of the response came to the plugins, in microseconds since 1970; 0 if none did.</summary>
    public long HeaderFilterStarted { get; set; }
}
