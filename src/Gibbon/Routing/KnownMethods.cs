namespace Gibbon.Routing;

/// <summary>A bit for each method that is common enough to be worth one.</summary>
internal static class KnownMethods
{
    /// <summary>The method's bit, or 0. Methods are case-sensitive.</summary>
    public static uint BitOf(ReadOnlySpan<byte> method) => method.Length switch
    {
        3 => method.SequenceEqual("GET"u8) ? 1u : method.SequenceEqual("PUT"u8) ? 2u : 0,
        4 => method.SequenceEqual("POST"u8) ? 4u : method.SequenceEqual("HEAD"u8) ? 8u : 0,
        5 => method.SequenceEqual("PATCH"u8) ? 16u : method.SequenceEqual("TRACE"u8) ? 32u : 0,
        6 => method.SequenceEqual("DELETE"u8) ? 64u : 0,
        7 => method.SequenceEqual("OPTIONS"u8) ? 128u : method.SequenceEqual("CONNECT"u8) ? 256u : 0,
        _ => 0,
    };
}
