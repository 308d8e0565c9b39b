using Gibbon.Pdk;

namespace Gibbon.PluginServers.Functions;

/// <summary>Calls functions of the kit for a plugin server, while it handles a phase of a request.</summary>
internal sealed class PdkCaller(RequestContext context)
{
    /// <summary>The request.</summary>
    public RequestContext Context => context;

    /// <summary>Whether the plugin has answered the request: what it does after that is of no interest.</summary>
    public bool HasEnded { get; set; }

    /// <summary>Calls a function.</summary>
    /// <param name="function">The function, as <see cref="PdkFunctions.Find"/> gives it.</param>
    /// <param name="arguments">The arguments.</param>
    /// <exception cref="KongArgumentException">An argument is wrong.</exception>
    /// <exception cref="PhaseException">The phase is.</exception>
    public ValueTask<PdkResult> CallAsync(PdkFunction function, IReadOnlyList<object?> arguments) => function(new PdkCall(this, arguments));
}
