using Gibbon.Pdk;

namespace Gibbon.Plugins.Shared.Propagation;

/// <summary>Takes a trace from the headers of a request over into those of the request to the service.</summary>
sealed class Propagator
{
    const string Preserve = "preserve";

    readonly IReadOnlyList<TraceFormat> extract;
    readonly IReadOnlyList<string> clear;
    readonly IReadOnlyList<string> inject;
    readonly string defaultFormat;

    Propagator(IReadOnlyList<string>? extract, IReadOnlyList<string>? clear, IReadOnlyList<string>? inject, string? defaultFormat)
    {
        this.extract = [.. (extract ?? []).Select(TraceFormats.Of)];
        this.clear = clear ?? [];
        this.inject = inject ?? [];
        this.defaultFormat = defaultFormat ?? "w3c";
    }

    /// <summary>What a configuration says; the older fields count where <c>propagation</c> says nothing.</summary>
    /// <param name="config">The record <c>propagation</c>.</param>
    /// <param name="headerType">The field <c>header_type</c>.</param>
    /// <param name="defaultHeaderType">The field <c>default_header_type</c>.</param>
    public static Propagator Of(PropagationConfig config, string? headerType, string? defaultHeaderType)
    {
        if (config.Extract is not null || config.Clear is not null || config.Inject is not null)
            return new Propagator(config.Extract, config.Clear, config.Inject, config.DefaultFormat);

        var fallback = defaultHeaderType ?? config.DefaultFormat;
        return headerType switch
        {
            null => new Propagator(null, null, null, fallback),
            "ignore" => new Propagator(null, null, [fallback], fallback),
            Preserve => new Propagator(TraceFormats.Usual, null, [Preserve], fallback),
            _ => new Propagator(TraceFormats.Usual, null, [Preserve, headerType], fallback),
        };
    }

    /// <summary>Reads the headers.</summary>
    /// <param name="context">The request.</param>
    /// <returns>What they say, and in which format; nothing if they say nothing.</returns>
    public (TraceContext Trace, TraceFormat? Format) Extract(RequestContext context)
    {
        foreach (var format in extract)
            if (format.Read(context) is { } trace)
                return (trace.Normalized(), format);

        return (new TraceContext(), null);
    }

    /// <summary>Writes the headers, and the trace's id to the log.</summary>
    /// <param name="context">The request.</param>
    /// <param name="trace">What they shall say.</param>
    /// <param name="found">The format that was read.</param>
    public void Inject(RequestContext context, TraceContext trace, TraceFormat? found)
    {
        foreach (var name in clear)
            context.Service.Request.ClearHeader(name);

        foreach (var wanted in inject)
        {
            var name = wanted != Preserve ? wanted : found?.Name ?? defaultFormat;
            if (wanted == Preserve && name == "b3" && trace.IsSingleHeader)
                name = "b3-single";

            var format = TraceFormats.Of(name);
            var written = format.Write(context.Service.Request, trace);
            if (written.IsOk)
                context.Log.SetSerializeValue($"trace_id.{format.LogName}", written.Value);
            else
                context.Log.Err(written.Error);
        }
    }
}
