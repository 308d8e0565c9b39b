using System.Diagnostics.CodeAnalysis;

namespace Gibbon.Pdk;

/// <summary>A member of the kit was used in a phase in which it cannot work. The message is Kong's.</summary>
public sealed class PhaseException : InvalidOperationException
{
    PhaseException(string message, Phase current, Phase allowed)
        : base(message)
    {
        Current = current;
        Allowed = allowed;
    }

    /// <summary>The phase the request was in.</summary>
    public Phase Current { get; }

    /// <summary>The phases that would have been right.</summary>
    public Phase Allowed { get; }

    /// <summary>Throws unless <paramref name="current"/> is one of <paramref name="allowed"/>.</summary>
    /// <param name="current">The phase the request is in.</param>
    /// <param name="allowed">The phases in which the caller can work.</param>
    /// <exception cref="PhaseException">The phase is not allowed.</exception>
    public static void ThrowUnless(Phase current, Phase allowed)
    {
        if ((current & allowed) == Phase.None)
            Throw(current, allowed);
    }

    [DoesNotReturn]
    static void Throw(Phase current, Phase allowed)
    {
        var message = allowed switch
        {
            _ when current == Phase.None => $"no phase in ngx.ctx.KONG_PHASE, (need one of {PhaseNames.Of(allowed)})",
            Phase.AnyButInitWorker =>
                $"function cannot be called in {PhaseNames.Of(current)} phase "
                + $"(can be called in any phases except: {PhaseNames.Of(Phase.InitWorker)})",
            _ => $"function cannot be called in {PhaseNames.Of(current)} phase (only in: {PhaseNames.Of(allowed)})",
        };
        throw new PhaseException(message, current, allowed);
    }
}
