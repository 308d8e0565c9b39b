using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Gibbon.Threading;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Gibbon.Storage.Declarative;

/// <summary>
/// The events of a YAML text, one after the other. Those of a long text are found by a thread of its own, ahead of the one that asks for them: to find them takes longer than all that is
/// made of them.
/// </summary>
internal sealed class YamlEvents : IDisposable
{
    // A text that is found in less time than a thread needs to begin.
    const int Long = 256 * 1024;

    const int InBatch = 512;
    const int BatchesAhead = 32;

    readonly Parser parser;
    readonly BlockingCollection<Batch>? ahead;
    readonly Thread? finder;
    Batch batch = Batch.None;
    int next;
    volatile bool isDone;

    public YamlEvents(string text)
    {
        parser = new Parser(new StringReader(text));
        if (text.Length < Long)
        {
            return;
        }
        ahead = new BlockingCollection<Batch>(BatchesAhead);
        finder = new Thread(Find) { IsBackground = true, Name = "yaml" };
        finder.Start();
    }

    /// <summary>The event; null before the first and after the last.</summary>
    public ParsingEvent? Current { get; private set; }

    /// <summary>Goes to the next event.</summary>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="YamlException">The text goes on as no YAML does.</exception>
    public bool MoveNext()
    {
        LongWork.GiveWay();
        if (ahead is null)
        {
            var moved = parser.MoveNext();
            Current = parser.Current;
            return moved;
        }

        while (next == batch.Count)
        {
            batch.Failure?.Throw();
            if (batch.IsLast)
            {
                Current = null;
                return false;
            }
            (batch, next) = (ahead.Take(), 0);
        }
        Current = batch.Events[next++];
        return true;
    }

    /// <summary>Whoever wants no more events lets the thread end, and waits for that.</summary>
    public void Dispose()
    {
        if (ahead is null)
        {
            return;
        }
        isDone = true;
        while (ahead.TryTake(out _))
        {
        }
        finder!.Join();
        ahead.Dispose();
    }

    void Find()
    {
        bool isLast;
        do
        {
            var events = new ParsingEvent[InBatch];
            var count = 0;
            isLast = false;
            ExceptionDispatchInfo? failure = null;
            try
            {
                while (count < InBatch && !isLast)
                {
                    LongWork.GiveWay();
                    isLast = !parser.MoveNext();
                    if (!isLast)
                    {
                        events[count++] = parser.Current!;
                    }
                }
            }
            catch (Exception found)
            {
                // Told to the one who comes to this place, which may be never.
                failure = ExceptionDispatchInfo.Capture(found);
                isLast = true;
            }
            ahead!.Add(new Batch(events, count, isLast, failure));
        }
        while (!isLast && !isDone);
    }

    sealed record Batch(ParsingEvent[] Events, int Count, bool IsLast, ExceptionDispatchInfo? Failure)
    {
        public static readonly Batch None = new([], 0, false, null);
    }
}
