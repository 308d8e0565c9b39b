using Gibbon.Pdk;

namespace Gibbon.Plugins.Shared.Propagation;

/// <summary>B3, Zipkin's: headers <c>x-b3-…</c>; read in one header as well.</summary>
sealed class B3Format : TraceFormat
{
    static readonly string[] Headers =
        ["b3", "tracestate", "x-b3-traceid", "x-b3-spanid", "x-b3-parentspanid", "x-b3-sampled", "x-b3-flags"];

    public override string Name => "b3";

    protected override bool NeedsIds => false;

    protected override ReadOnlySpan<int> TraceIdSizes => [16, 8];

    // Any of the headers makes it B3, even a tracestate that says nothing of it: a trace's parent in W3C's manner is not looked at then.
    public override TraceContext? Read(RequestContext context)
    {
        var headers = context.Request.GetHeaders();
        if (!Headers.Any(headers.Contains))
            return null;

        var single = ReadSingle(context, headers);
        var several = ReadSeveral(context);
        var traceId = single?.TraceId ?? several.TraceId;
        return new TraceContext
        {
            TraceId = traceId,
            SpanId = traceId is null ? null : single?.SpanId ?? several.SpanId,
            ParentId = traceId is null ? null : single?.ParentId ?? several.ParentId,
            ShouldSample = single?.ShouldSample ?? several.ShouldSample,
            Flags = single?.Flags ?? several.Flags,
            ReusesSpanId = true,
            IsSingleHeader = single is not null,
        };
    }

    protected override string WriteCore(ServiceRequest request, TraceContext trace)
    {
        if (trace.TraceId is not null && trace.SpanId is not null)
        {
            request.SetHeader("x-b3-traceid", Hex(trace.TraceId));
            request.SetHeader("x-b3-spanid", Hex(trace.SpanId));
            if (trace.ParentId is not null)
                request.SetHeader("x-b3-parentspanid", Hex(trace.ParentId));
        }

        if (trace.Flags is not null)
            request.SetHeader("x-b3-flags", trace.Flags);
        else
            request.SetHeader("x-b3-sampled", trace.ShouldSample is true ? "1" : "0");

        return Hex(trace.TraceId);
    }

    static TraceContext? ReadSingle(RequestContext context, HeaderMap headers)
    {
        var header = headers["b3"] is { Count: > 0 } b3 ? b3.Count == 1 ? b3.First : null : FromTraceState(headers["tracestate"]);
        switch (header)
        {
            case null:
                return null;
            case "0":
                return new TraceContext { ShouldSample = false };
            case "1":
                return new TraceContext { ShouldSample = true };
            case "d":
                return new TraceContext { ShouldSample = true, Flags = "1" };
        }

        if (ParseSingle(header) is { } parsed)
            return parsed;

        Ignore(context, "b3 single header invalid");
        return new TraceContext();
    }

    // trace-span[-sampled][-parent], and the dashes behind the span may be missing.
    static TraceContext? ParseSingle(string header)
    {
        var dash = header.IndexOf('-', StringComparison.Ordinal);
        if (dash is not (16 or 32) || !IsHex(header.AsSpan(0, dash)) || header.Length < dash + 17 || !IsHex(header.AsSpan(dash + 1, 16)))
            return null;

        var rest = WithoutDash(header.AsSpan(dash + 17));
        char? sampled = null;
        if (!rest.IsEmpty && rest[0] is '0' or '1' or 'd' && IsParent(WithoutDash(rest[1..])))
        {
            sampled = rest[0];
            rest = rest[1..];
        }

        rest = WithoutDash(rest);
        if (!IsParent(rest))
            return null;

        return new TraceContext
        {
            TraceId = FromHex(header[..dash]),
            SpanId = FromHex(header[(dash + 1)..(dash + 17)]),
            ParentId = rest.IsEmpty ? null : FromHex(rest.ToString()),
            ShouldSample = sampled is null ? null : sampled != '0',
            Flags = sampled == 'd' ? "1" : null,
        };
    }

    static ReadOnlySpan<char> WithoutDash(ReadOnlySpan<char> text) => !text.IsEmpty && text[0] == '-' ? text[1..] : text;

    static bool IsParent(ReadOnlySpan<char> text) => text.Length is 0 or 16 && IsHex(text);

    static string? FromTraceState(HeaderValue state)
    {
        for (var i = 0; i < state.Count; i++)
            if (state[i].StartsWith("b3=", StringComparison.Ordinal) && state[i].Length > 3)
                return state[i][3..];

        return null;
    }

    static TraceContext ReadSeveral(RequestContext context)
    {
        var flags = Part(context, "x-b3-flags");
        var sampled = ReadSampled(context);
        if (flags is "1")
            sampled = true;
        else if (flags is not null)
            Ignore(context, "x-b3-flags header invalid");

        var isValid = true;
        var traceId = ReadId(context, "x-b3-traceid", allowsLong: true, ref isValid);
        var spanId = ReadId(context, "x-b3-spanid", allowsLong: false, ref isValid);
        var parentId = ReadId(context, "x-b3-parentspanid", allowsLong: false, ref isValid);
        return isValid
            ? new TraceContext { TraceId = traceId, SpanId = spanId, ParentId = parentId, ShouldSample = sampled, Flags = flags }
            : new TraceContext { ShouldSample = sampled, Flags = flags };
    }

    static bool? ReadSampled(RequestContext context)
    {
        switch (Part(context, "x-b3-sampled"))
        {
            case null:
                return null;
            case "1" or "true":
                return true;
            case "0" or "false":
                return false;
            default:
                Ignore(context, "x-b3-sampled header invalid");
                return null;
        }
    }

    static byte[]? ReadId(RequestContext context, string name, bool allowsLong, ref bool isValid)
    {
        if (Part(context, name) is not { } id)
            return null;

        if ((id.Length == 16 || (allowsLong && id.Length == 32)) && IsHex(id))
            return FromHex(id);

        Ignore(context, $"{name} header invalid");
        isValid = false;
        return null;
    }
}
