namespace Gibbon.Routing.Expressions;

/// <summary>What a field reads.</summary>
internal enum FieldKind
{
    Protocol,
    Sni,
    Method,
    Host,
    Path,
    PathSegments,
    PathSegmentCount,
    Header,
    Query,
    SourceAddress,
    SourcePort,
    DestinationAddress,
    DestinationPort,
}

/// <summary>The type of a field's values.</summary>
internal enum FieldType
{
    Text,
    Number,
    Address,
}

/// <summary>A field of the request, resolved from its name.</summary>
/// <param name="Kind">What it reads.</param>
/// <param name="Name">Of a header (lower case, '_' for '-') or a query argument.</param>
/// <param name="First">The first path segment, from 0.</param>
/// <param name="Last">The last path segment.</param>
internal sealed record Field(FieldKind Kind, byte[] Name, int First = 0, int Last = 0)
{
    /// <summary>The type of its values.</summary>
    public FieldType Type => Kind switch
    {
        FieldKind.PathSegmentCount or FieldKind.SourcePort or FieldKind.DestinationPort => FieldType.Number,
        FieldKind.SourceAddress or FieldKind.DestinationAddress => FieldType.Address,
        _ => FieldType.Text,
    };
}
