using System.Diagnostics.CodeAnalysis;

namespace Gibbon.Pdk;

/// <summary>A decoded body, or the reason why there is none: Lua's <c>body, err, mimetype</c>.</summary>
public readonly struct DecodedBody
{
    DecodedBody(object? value, string? error, string? mimeType)
    {
        Value = value;
        Error = error;
        MimeType = mimeType;
    }

    /// <summary>
    /// A <see cref="Schemas.ValueMap"/>, or a <see cref="Schemas.ValueList"/> for a JSON array. In a form, an argument is a text,
    /// <c>true</c>
    /// (no value) or a list of those; in a multipart form, a text or a list of texts.
    /// </summary>
    public object? Value { get; }

    /// <summary><see cref="Value"/> if it has names.</summary>
    public Schemas.ValueMap? Map => Value as Schemas.ValueMap;

    /// <summary>Kong's text of the failure; <c>null</c> on success.</summary>
    public string? Error { get; }

    /// <summary>
    /// The media type it was decoded by: <c>application/x-www-form-urlencoded</c>, <c>application/json</c> or <c>multipart/form-data</c>;
    /// the
    /// type in lower case if it is none of them, <c>null</c> if none was given.
    /// </summary>
    public string? MimeType { get; }

    /// <summary>Whether there is a body.</summary>
    [MemberNotNullWhen(true, nameof(Value), nameof(MimeType))]
    [MemberNotNullWhen(false, nameof(Error))]
    public bool IsOk => Error is null;

    internal static DecodedBody Success(object value, string mimeType) => new(value, null, mimeType);

    internal static DecodedBody Failure(string error, string? mimeType) => new(null, error, mimeType);
}
