using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using Gibbon.Pdk;

namespace Gibbon.Plugins.Shared.Propagation;

/// <summary>A format of tracing headers.</summary>
abstract class TraceFormat
{
    static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    /// <summary>Its name in configurations.</summary>
    public abstract string Name { get; }

    /// <summary>Under which name the trace's id is logged.</summary>
    public virtual string LogName => Name;

    /// <summary>Reads the headers of a request. What is wrong in them is logged and not used.</summary>
    /// <returns><c>null</c> if there are none of this format.</returns>
    public abstract TraceContext? Read(RequestContext context);

    /// <summary>Writes the headers of the request to the service.</summary>
    /// <returns>The trace's id as the format writes it; a failure if the context is not enough.</returns>
    public Result<string> Write(ServiceRequest request, TraceContext trace)
    {
        if (NeedsIds && (trace.TraceId is null || trace.SpanId is null))
            return Result.Failure<string>(
                $"{Name} injector context is invalid: field {(trace.TraceId is null ? "trace_id" : "span_id")} not found in context");

        return WriteCore(request, trace.For(TraceIdSizes));
    }

    /// <summary>Whether it cannot be written without ids.</summary>
    protected virtual bool NeedsIds => true;

    /// <summary>How many bytes trace ids have in it.</summary>
    protected abstract ReadOnlySpan<int> TraceIdSizes { get; }

    /// <summary>See <see cref="Write"/>: with ids of the right sizes.</summary>
    protected abstract string WriteCore(ServiceRequest request, TraceContext trace);

    protected static string Hex(byte[]? id) => id is null ? "" : Convert.ToHexStringLower(id);

    protected static string Decimal(byte[] id) => BinaryPrimitives.ReadUInt64BigEndian(id).ToString(CultureInfo.InvariantCulture);

    /// <summary>Hexadecimal digits as bytes; an odd number of them gets a zero in front.</summary>
    protected static byte[]? FromHex(string? digits) => digits is null ? null : Convert.FromHexString(digits.Length % 2 == 0 ? digits : "0" + digits);

    protected static byte[] FromDecimal(string digits) =>
        BigInteger.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture).ToByteArray(isUnsigned: true, isBigEndian: true);

    protected static bool IsHex(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(HexDigits);

    protected static bool IsZero(ReadOnlySpan<char> digits) => !digits.ContainsAnyExcept('0');

    /// <summary>A header that must not occur more than once; <c>null</c> if it does, or not at all.</summary>
    protected static string? Single(RequestContext context, string name) =>
        context.Request.GetHeaders()[name] is { Count: 1 } value ? value.First : null;

    /// <summary>A header; an empty text, which no id is, if it occurs more than once.</summary>
    protected static string? Part(RequestContext context, string name) => context.Request.GetHeaders()[name] switch
    {
        { Count: 0 } => null,
        { Count: 1 } value => value.First,
        _ => "",
    };

    protected static void Ignore(RequestContext context, string what) => context.Log.Warn($"{what}; ignoring.");

    /// <summary>The values of headers with a prefix.</summary>
    protected static IReadOnlyDictionary<string, string>? Baggage(RequestContext context, string prefix)
    {
        Dictionary<string, string>? baggage = null;
        foreach (var (name, value) in context.Request.GetHeaders())
            if (name.StartsWith(prefix, StringComparison.Ordinal))
                (baggage ??= [])[name[prefix.Length..]] = Uri.UnescapeDataString((value.First ?? "").Replace('+', ' '));

        return baggage;
    }

    protected static void WriteBaggage(ServiceRequest request, TraceContext trace, string prefix)
    {
        foreach (var (name, value) in trace.Baggage ?? new Dictionary<string, string>())
            request.SetHeader(prefix + name, Uri.EscapeDataString(value));
    }
}
