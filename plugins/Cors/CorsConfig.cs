using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Plugins.Shared;

namespace Gibbon.Plugins.Cors;

/// <summary>Which web pages of other origins may use a service, and how.</summary>
sealed record CorsConfig : IConfigureSchema
{
    static readonly RegexValidator Regex = new();

    OriginRules? rules;
    string? methodsText;
    string? headersText;
    string? exposedText;

    /// <summary>The origins that may: <c>*</c>, origins, or regular expressions. None is all.</summary>
    public IReadOnlyList<string>? Origins { get; init; }

    /// <summary>The request headers that may be sent; none is those that are asked for.</summary>
    public IReadOnlyList<string>? Headers { get; init; }

    /// <summary>The response headers that pages may read.</summary>
    public IReadOnlyList<string>? ExposedHeaders { get; init; }

    /// <summary>The methods that may be used.</summary>
    [OneOf("GET", "HEAD", "PUT", "PATCH", "POST", "DELETE", "OPTIONS", "TRACE", "CONNECT")]
    public IReadOnlyList<string>? Methods { get; init; } =
        ["GET", "HEAD", "PUT", "PATCH", "POST", "DELETE", "OPTIONS", "TRACE", "CONNECT"];

    /// <summary>How long browsers may remember a preflight, in seconds.</summary>
    public double? MaxAge { get; init; }

    /// <summary>Whether cookies and the like may be sent.</summary>
    public bool Credentials { get; init; }

    /// <summary>Whether pages of public networks may reach a private one.</summary>
    public bool PrivateNetwork { get; init; }

    /// <summary>Whether the service answers preflights.</summary>
    public bool PreflightContinue { get; init; }

    internal OriginRules Rules => rules ??= new OriginRules(Origins ?? []);

    internal string MethodsText => methodsText ??= string.Join(',', Methods ?? []);

    internal string? HeadersText => headersText ??= Headers is { Count: > 0 } ? string.Join(',', Headers) : null;

    internal string? ExposedText => exposedText ??= ExposedHeaders is { Count: > 0 } ? string.Join(',', ExposedHeaders) : null;

    internal string? MaxAgeText => MaxAge is { } seconds ? NumberText.Of(seconds) : null;

    static void IConfigureSchema.Configure(SchemaBuilder schema) => schema.Change("origins", static field => field with
    {
        Elements = field.Elements!.With(new CustomValidator(static value =>
            value is "*" || Regex.Check(value) is null ? null : $"'{value}' is not a valid regex")),
    });
}
