/**
 * From text to the ids a BERT model reads.
 *
 * <p>Read {@link io.github.bert4j.tokenize.Tokenizer} first. {@link io.github.bert4j.tokenize.OurTokenizer} makes one
 * token per character, which suits Chinese text and labels per character;
 * {@link io.github.bert4j.tokenize.WordPieceTokenizer} makes the tokens of Google's own code; {@link
 * io.github.bert4j.tokenize.CheckpointTokenizer} those that a checkpoint's files describe, of whatever kind.
 *
 * <pre>{@code
 * var vocabulary = Vocabulary.load(Path.of("chinese_L-12_H-768_A-12/vocab.txt"));
 * var tokenizer = OurTokenizer.cased(vocabulary);
 * tokenizer.tokenize("今天天气不错");            // [CLS], 今, 天, 天, 气, 不, 错, [SEP]
 *
 * Encoding encoding = tokenizer.encode(text, 102);
 * text.substring(encoding.start(1), encoding.end(3));   // what tokens 1 to 3 stand for
 * }</pre>
 *
 * <p>Traps:
 *
 * <ul>
 *   <li>Lengths count the special tokens: 100 characters need a maximum length of 102, a pair three more than its texts.
 *   <li>Without a maximum length nothing is cut, but a BERT model reads at most as many tokens as its position table
 *       holds, usually 512.
 *   <li>Google's Chinese vocabulary holds no capital letters and no typographic quotes: {@code OurTokenizer.cased} reads
 *       {@code A} as {@code [UNK]}.
 *   <li>Offsets are UTF-16 units of the original text; an emoji is one token and two units.
 *   <li>Padding has the id that the vocabulary has for {@code [PAD]} or {@code <pad>}: 0 in BERT, 1 in RoBERTa.
 * </ul>
 */
package io.github.bert4j.tokenize;
