using System.Text.RegularExpressions;

namespace Gibbon.Plugins.HmacAuth;

/// <summary>What a client says of its signature, in <c>Authorization</c> or <c>Proxy-Authorization</c>.</summary>
/// <param name="Username">The name of the credential.</param>
/// <param name="Algorithm">The algorithm.</param>
/// <param name="Headers">What is signed, in this order.</param>
/// <param name="Signature">The signature, in base64.</param>
sealed record SignatureParameters(string Username, string Algorithm, string[] Headers, string Signature)
{
    // Names and values may hold quotes: like Kong's the groups take as much as they can. The automaton keeps that linear.
    static readonly Regex Form = new(
        "[Hh]mac\\s*username=\"(?<user>.+)\",\\s*algorithm=\"(?<how>.+)\",\\s*headers=\"(?<what>.+)\",\\s*signature=\"(?<sig>.+)\"",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture);

    /// <summary>Reads a header's value; the parameters come in one order only.</summary>
    /// <returns><c>null</c> if it holds no signature.</returns>
    public static SignatureParameters? Read(string? header) => header is not null && Form.Match(header) is { Success: true, Groups: var groups }
        ? new SignatureParameters(groups["user"].Value, groups["how"].Value, groups["what"].Value.Split(' '), groups["sig"].Value)
        : null;
}
