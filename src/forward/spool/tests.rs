//! The spool across starts: what comes again, what is deleted, and what waits.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;

use super::{Reached, Spool, SpoolOptions, SpoolSource, folder};
use crate::forward::source::{Block, Record, Source};
use crate::forward::state::{RunOptions, RunState};
use crate::settings::Settings;

const LIMIT: u64 = 8 << 20;

fn open(folder: &Path) -> (Spool, SpoolSource) {
    let settings = Settings::from_toml(
        "[connection]\ns3_bucket_name = \"mp-forwarding-x\"\nstore_data_in_folders_by_date = \"none\"",
    )
    .unwrap();
    let state = RunState::open(folder, &settings, &[], &RunOptions::default()).unwrap();
    assert!(state.is_spooled());
    let options = SpoolOptions { folder: state.spool_folder(), limit: LIMIT, reserve: 0, clock: None };
    Spool::open(&options, Arc::new(state)).unwrap()
}

fn block(line: u64, bytes: usize) -> Block {
    let text = vec![b'x'; bytes];
    let record = Record { sequence: 0, line, offset: 0, length: bytes as u64, range: 0..bytes };
    Block { input: "in".into(), text, records: vec![record], spooled: None }
}

fn reached(line: u64) -> Option<Reached> {
    Some(Reached { line, ..Reached::default() })
}

/// The lines and numbers of everything that is in the spool, with its segment.
async fn all(source: &mut SpoolSource, count: usize) -> Vec<(u64, u64, u64)> {
    let mut seen = Vec::new();
    while seen.len() < count {
        let block = source.next().await.unwrap().unwrap();
        let segment = block.spooled.unwrap().segment;
        seen.extend(block.records.iter().map(|record| (segment, record.sequence, record.line)));
    }
    seen
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_appended_comes_again_until_its_segment_is_settled() {
    let folder = TempDir::new().unwrap();
    let spool_folder = folder.path().join("spool");
    {
        let (spool, mut source) = open(folder.path());
        // Five segments of two records: a segment closes at a quarter of the limit, and the limit is four of them.
        for line in 0..6 {
            spool.append(block(line, 1 << 20), reached(line)).await.unwrap();
        }
        let seen = all(&mut source, 6).await;
        assert_eq!(
            seen.iter().map(|(_, sequence, line)| (*sequence, *line)).collect::<Vec<_>>(),
            (0..6).map(|n| (n, n)).collect::<Vec<_>>()
        );
        assert!(seen.is_sorted() && seen[5].0 == 3, "{seen:?}");
        // The first segment is settled, of the second one only a part.
        [0, 1, 3].into_iter().for_each(|sequence| source.acknowledge(sequence));
        assert_eq!(folder::list(&spool_folder).unwrap().first().unwrap().0, 2);
    }
    // An entry that was not written completely is cut off.
    let newest = folder::path(&spool_folder, 3);
    let text = std::fs::read(&newest).unwrap();
    std::fs::write(&newest, [&text[..], &text[100..200]].concat()).unwrap();
    {
        let (spool, mut source) = open(folder.path());
        assert_eq!(spool.reached()["in"].line, 5);
        spool.append(block(6, 10), reached(6)).await.unwrap();
        assert_eq!(
            all(&mut source, 5).await.iter().map(|(_, sequence, _)| *sequence).collect::<Vec<_>>(),
            [2, 3, 4, 5, 6]
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_spool_waits_until_a_segment_is_settled() {
    let folder = TempDir::new().unwrap();
    let (spool, mut source) = open(folder.path());
    let mut appended = 0;
    let mut append = async || {
        let result = tokio::time::timeout(Duration::from_millis(500), spool.append(block(0, 1 << 20), None)).await;
        appended += u64::from(result.is_ok());
        result.is_ok()
    };
    while append().await {}
    assert!(spool.is_full());
    let seen = all(&mut source, 7).await;
    // The append that was given up is still made when there is room.
    seen.iter().filter(|(segment, ..)| *segment == 1).for_each(|(_, sequence, _)| source.acknowledge(*sequence));
    assert!(append().await, "{appended} were appended");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_is_an_entry() {
    let folder = TempDir::new().unwrap();
    let (spool, mut source) = open(folder.path());
    spool.append(block(0, 3), None).await.unwrap();
    let other = spool.clone();
    tokio::task::spawn_blocking(move || other.end()).await.unwrap().unwrap();
    assert_eq!(all(&mut source, 1).await.len(), 1);
    while source.next().await.unwrap().is_some() {}
    drop((spool, source));
    let (spool, mut source) = open(folder.path());
    assert!(spool.has_ended);
    assert_eq!(all(&mut source, 1).await, [(1, 0, 0)]);
    while source.next().await.unwrap().is_some() {}
}
