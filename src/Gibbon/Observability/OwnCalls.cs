using Gibbon.Pdk;

namespace Gibbon.Observability;

/// <summary>
/// Told what the gateway and its plugins ask of others for the sake of a request: queries of the database, HTTP requests. Those who ask do not know the
/// request; the flow of control that comes from it does. Only requests of which these calls are traced have one.
/// </summary>
internal abstract class OwnCalls
{
    private static readonly AsyncLocal<OwnCalls?> s_current = new();

    /// <summary>That of the request which the present flow of control works for; nearly always null.</summary>
    public static OwnCalls? Current
    {
        get => s_current.Value;
        set => s_current.Value = value;
    }

    /// <summary>A query begins.</summary>
    /// <returns>Its span, for <see cref="End"/>; null when nobody wants one.</returns>
    public abstract Span? BeginQuery(string system, string statement);

    /// <summary>An HTTP request is sent.</summary>
    /// <returns>Its span, for <see cref="End"/>; null when nobody wants one.</returns>
    public abstract Span? BeginRequest(HttpRequestMessage request, string? proxy);

    /// <summary>It is over.</summary>
    /// <param name="span">What was begun.</param>
    /// <param name="status">The status of the answer, if it was an HTTP request that was answered.</param>
    /// <param name="error">What went wrong; null: nothing.</param>
    public abstract void End(Span span, int? status = null, string? error = null);

    /// <summary>Makes this the <see cref="Current"/> one until the result is disposed.</summary>
    public IDisposable Enter()
    {
        Scope scope = new(Current);
        Current = this;
        return scope;
    }

    private sealed class Scope(OwnCalls? before) : IDisposable
    {
        public void Dispose() => Current = before;
    }
}
