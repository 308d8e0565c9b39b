namespace Gibbon.Plugins.OAuth2;

/// <summary>What a token is asked to allow.</summary>
static class Scopes
{
    static readonly char[] Spaces = [' ', '\t', '\r', '\n', '\v', '\f'];

    /// <summary>Reads the scope that a client asks for.</summary>
    /// <param name="parameters">What the client sent.</param>
    /// <param name="config">The configuration.</param>
    /// <param name="answer">Is told what is wrong.</param>
    /// <returns>The scope; <c>null</c> if there is none.</returns>
    public static string? Read(OAuth2Parameters parameters, OAuth2Config config, OAuth2Answer answer)
    {
        var asked = parameters["scope"];
        if (asked is null || config.Scopes is null)
        {
            if (asked is null && config.MandatoryScope)
                answer.Fail("invalid_scope", "You must specify a scope");

            return null;
        }

        if (asked is not string text)
        {
            answer.Fail("invalid_scope", "scope must be a string");
            return null;
        }

        var scopes = Split(text);
        foreach (var scope in scopes)
        {
            if (config.Scopes.Contains(scope))
                continue;

            answer.Fail("invalid_scope", $"\"{scope}\" is an invalid scope");
            return null;
        }

        return scopes.Length == 0 ? null : string.Join(' ', scopes);
    }

    /// <summary>Whether every part of a token's scope still exists.</summary>
    public static bool Exist(string? scope, OAuth2Config config) => scope is null || Split(scope).All(part => config.Scopes?.Contains(part) == true);

    static string[] Split(string text) => text.Split(Spaces, StringSplitOptions.RemoveEmptyEntries);
}
