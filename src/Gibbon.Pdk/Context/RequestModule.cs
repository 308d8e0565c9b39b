using System.Runtime.CompilerServices;

namespace Gibbon.Pdk;

/// <summary>
/// A part of <see cref="RequestContext"/>. Public members check the phase and the arguments, in Kong's words, and then call their
/// <c>…Core</c> counterpart: an engine supplies those and needs to check nothing.
/// </summary>
/// <param name="context">The request it is a part of.</param>
public abstract class RequestModule(RequestContext context)
{
    /// <summary>The request it is a part of.</summary>
    protected RequestContext Context { get; } = context;

    /// <summary>Throws unless the request is in one of these phases.</summary>
    /// <param name="allowed">The phases.</param>
    /// <exception cref="PhaseException">It is in another.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected void Require(Phase allowed) => PhaseException.ThrowUnless(Context.Phase, allowed);
}
