namespace Gibbon.Shared.Aws;

/// <summary>Who asks AWS.</summary>
/// <param name="Id">The key's id.</param>
/// <param name="Secret">The key.</param>
/// <param name="Token">The token of credentials that were given for a time.</param>
/// <param name="Expires">When they end; <c>null</c> is never.</param>
internal sealed record AwsCredentials(string Id, string Secret, string? Token = null, DateTimeOffset? Expires = null)
{
    /// <summary>Never the content: it is secret.</summary>
    public override string ToString() => $"({Id})";
}
