namespace Gibbon.Plugins.RequestTransformer;

/// <summary>The kinds of bodies that can be changed.</summary>
enum BodyType
{
    /// <summary>Any other.</summary>
    Unknown,

    /// <summary>JSON.</summary>
    Json,

    /// <summary>A form whose parts have heads of their own.</summary>
    Multipart,

    /// <summary>A form that is encoded like a query.</summary>
    Form,
}

/// <summary>Tells the kinds of bodies apart, by what is found anywhere in their type.</summary>
static class BodyTypes
{
    /// <summary>The kind of a body.</summary>
    /// <param name="contentType">The header <c>Content-Type</c>.</param>
    public static BodyType Of(string? contentType)
    {
        if (contentType is null)
            return BodyType.Unknown;

        if (contentType.Contains("application/json", StringComparison.OrdinalIgnoreCase))
            return BodyType.Json;

        if (contentType.Contains("multipart/form-data", StringComparison.OrdinalIgnoreCase))
            return BodyType.Multipart;

        return contentType.Contains("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) ? BodyType.Form : BodyType.Unknown;
    }
}
