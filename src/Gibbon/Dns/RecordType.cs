namespace Gibbon.Dns;

/// <summary>The kinds of records that the gateway asks for, by their numbers on the wire.</summary>
internal enum RecordType : ushort
{
    A = 1,
    Cname = 5,
    Aaaa = 28,
    Srv = 33,
}

internal static class RecordTypes
{
    /// <summary>The type of a word of <c>dns_order</c> or <c>resolver_family</c>; null for <c>LAST</c>.</summary>
    public static RecordType? Parse(string word) => word switch
    {
        "A" => RecordType.A,
        "AAAA" => RecordType.Aaaa,
        "SRV" => RecordType.Srv,
        "CNAME" => RecordType.Cname,
        _ => null,
    };

    public static string Name(this RecordType type) => type switch
    {
        RecordType.A => "A",
        RecordType.Aaaa => "AAAA",
        RecordType.Srv => "SRV",
        _ => "CNAME",
    };
}
