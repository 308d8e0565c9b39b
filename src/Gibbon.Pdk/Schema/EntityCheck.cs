using System.Collections.Immutable;

namespace Gibbon.Pdk.Schemas;

/// <summary>Something that must hold between several fields of an entity or a record; its failures are listed under <c>@entity</c>.</summary>
public abstract record EntityCheck
{
    /// <summary>The word for it in a definition and in <c>/schemas</c>: <c>at_least_one_of</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The paths of the fields it looks at, with dots: <c>config.redis.host</c>.</summary>
    public abstract ImmutableArray<string> Sources { get; }

    /// <summary>Whether it is made even when a field it looks at is itself in error.</summary>
    public virtual bool RunsWithInvalidFields => false;

    /// <summary>Whether it is made on an update in which none, or not all, of its fields are given.</summary>
    public virtual bool RunsWithMissingFields => false;

    /// <summary>Whether <c>/schemas</c> shows it: what is about fields beyond Kong stays unseen, as they do.</summary>
    public virtual bool Shown => true;

    /// <summary>The path whose absence is an error of its own: that without which the check makes no sense.</summary>
    internal virtual bool Needs(string path) => true;

    /// <summary>The check, ready for the fields of one record.</summary>
    internal virtual EntityCheck Resolve(RecordSchema record) => this;

    /// <summary>What stands beside <see cref="Name"/> in <c>/schemas</c>.</summary>
    internal abstract object? Describe();

    /// <summary>Makes the check.</summary>
    /// <param name="values">The record; a check looks only at its <see cref="Sources"/>.</param>
    /// <param name="errors">The record's errors so far, open for errors of single fields.</param>
    /// <returns>The error to be listed under <c>@entity</c>, or <c>null</c>.</returns>
    internal abstract string? Run(ValueMap values, CheckErrors errors);
}
