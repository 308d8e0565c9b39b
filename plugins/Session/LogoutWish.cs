using Gibbon.Pdk;

namespace Gibbon.Plugins.Session;

/// <summary>Finds out whether a client wants to log out.</summary>
static class LogoutWish
{
    /// <summary>Whether the request says so, in its query or its body.</summary>
    public static async ValueTask<bool> IsThereAsync(Request request, SessionConfig config)
    {
        if (config.LogoutMethods?.Contains(request.Method) != true)
            return false;

        if (config.LogoutQueryArg is { } argument && request.GetQueryArg(argument).Exists)
            return true;

        if (config.ReadBodyForLogout != true || config.LogoutPostArg is not { } name || request.Method == "GET")
            return false;

        // A null of JSON is something too.
        return (await request.GetBodyAsync()).Map is { } body && body.TryGetValue(name, out var value) && value is not false;
    }
}
