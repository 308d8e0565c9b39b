namespace Gibbon.Pdk;

/// <summary>An endpoint that a plugin adds to the Admin API or the Status API.</summary>
/// <param name="Method">The method in upper case; <c>null</c> is each.</param>
/// <param name="Path">The path, with <c>:name</c> for a part that varies: <c>/oauth2_tokens/:token/revoke</c>.</param>
/// <param name="Handler">Answers.</param>
public sealed record PluginEndpoint(
    string? Method,
    string Path,
    Func<EndpointRequest, CancellationToken, ValueTask<EndpointResponse>> Handler)
{
    /// <summary>What gives the fields of a form their types; without it a form's fields are texts, <c>true</c> and <c>false</c>. JSON has its own.</summary>
    public Schemas.Schema? Schema { get; init; }
}
